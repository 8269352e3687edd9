using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
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
        new SourceFixChoice("Remove the password from the connection string", static context =>
            ConnectionStringEdits.FindOtherForm(context.Root, context.Model, context.Span, context.CancellationToken) is { } other
                ? ConnectionStringEdits.Remove(other.Text, other.Start, other.End, context.Source)
                : ConnectionStringEdits.Find(context.Root, context.Model, context.Span, context.CancellationToken) is { } found
                    ? (found.Pair.Kind == MySqlKey.Password ? ConnectionStringEdits.RemovePasswords(found.Text, context.Source) : null) ?? ConnectionStringEdits.Remove(found.Text, found.Pair, context.Source)
                    : null),
        new SourceFixChoice("Read the connection string from configuration", static context =>
            ConnectionStringEdits.FindOtherForm(context.Root, context.Model, context.Span, context.CancellationToken) is { } other
                ? ConfigurationRead.Of(other.Text, context.Model, context.CancellationToken)
                : ConnectionStringEdits.Find(context.Root, context.Model, context.Span, context.CancellationToken) is { } found ? ConfigurationRead.Of(found.Text, context.Model, context.CancellationToken) : null));
}
