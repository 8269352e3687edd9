using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.CodeFixes.Edits;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM001: removes the password from the string, or reads the string from configuration.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(HardCodedPasswordFix)), Shared]
internal sealed class HardCodedPasswordFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(HardCodedPasswordRule.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Remove the password from the connection string", Remove),
        new SourceFixChoice("Read the connection string from configuration", Read));

    private static IReadOnlyList<TextChange>? Remove(SourceFixContext context)
    {
        // What a program is given on its command line, a person changes.
        if (context.Property(FixKinds.Kind) == FixKinds.CommandLine)
            return null;
        if (EmbeddedJsonEdits.IsJson(context))
            return EmbeddedJsonEdits.Remove(context);
        if (ConnectionStringEdits.FindOtherForm(context.Root, context.Model, context.Span, context.CancellationToken) is { } other)
            return ConnectionStringEdits.Remove(other.Text, other.Start, other.End, (other.Start, other.End), context);
        if (ConnectionStringEdits.Find(context.Root, context.Model, context.Span, context.CancellationToken) is not { } found)
            return null;
        return found.Pair.Kind == MySqlKey.Password
            ? ConnectionStringEdits.RemovePasswords(found.Text, context)
            : ConnectionStringEdits.Remove(found.Text, found.Pair, context);
    }

    private static IReadOnlyList<TextChange>? Read(SourceFixContext context)
    {
        if (context.Property(FixKinds.Kind) == FixKinds.CommandLine || EmbeddedJsonEdits.IsJson(context))
            return null;
        if (ConnectionStringEdits.FindOtherForm(context.Root, context.Model, context.Span, context.CancellationToken) is { } other)
            return ConfigurationRead.Of(other.Text, context);
        return ConnectionStringEdits.Find(context.Root, context.Model, context.Span, context.CancellationToken) is { } found
            ? ConfigurationRead.Of(found.Text, context)
            : null;
    }
}
