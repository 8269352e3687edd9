using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using RdsIamAspire.Analyzers.CodeFixes.Edits;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM003: adds SslMode to the string or the builder.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MissingSslModeFix)), Shared]
internal sealed class MissingSslModeFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(MissingSslModeRule.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Add SslMode", static context =>
        {
            var mode = context.Property(FixKinds.Replacement) ?? "VerifyFull";
            if (context.Property(FixKinds.Kind) is not null)
                return SettingEdits.AddMode(context.Root, context.Span, mode);
            if (ConnectionStringEdits.Find(context.Root, context.Model, context.Span, context.CancellationToken) is not { } found)
                return null;
            // An SslMode without a value is given one; two would be one too many.
            return found.Text.Parsed.Find(MySqlKey.SslMode) is { } empty
                ? ConnectionStringEdits.SetValue(found.Text, empty, mode)
                : ConnectionStringEdits.AddBehind(found.Text, found.Pair, "SslMode=" + mode);
        }));
}
