using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.CodeFixes.Edits;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM008: the key or value that the driver knows, or without the pair.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RejectedOptionFix)), Shared]
internal sealed class RejectedOptionFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(RejectedOptionRule.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Use the option that the driver accepts", static context =>
        {
            if (context.Property(FixKinds.Replacement) is not { } replacement)
                return null;
            // The key or value stands for itself at a builder.
            if (context.Property(FixKinds.Kind) is not null)
                return new[] { new TextChange(context.Span, $"\"{replacement}\"") };
            if (ConnectionStringEdits.Find(context.Root, context.Model, context.Span, context.CancellationToken) is not { } found)
                return null;
            // A value ("=VerifyCA"), a whole pair ("SslMode=VerifyFull") or a key.
            return replacement[0] == '=' ? ConnectionStringEdits.SetValue(found.Text, found.Pair, replacement.Substring(1))
                : replacement.IndexOf('=') > 0 ? ConnectionStringEdits.SetPair(found.Text, found.Pair, replacement)
                : ConnectionStringEdits.SetKey(found.Text, found.Pair, replacement);
        }),
        new SourceFixChoice("Remove the option that the driver rejects", static context =>
            context.Property(FixKinds.Kind) is not null ? SettingEdits.RemoveAround(context.Root, context.Span, context.Source)
            : ConnectionStringEdits.Find(context.Root, context.Model, context.Span, context.CancellationToken) is { } found
            ? ConnectionStringEdits.Remove(found.Text, found.Pair, context) : null));
}
