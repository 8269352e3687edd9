using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using RdsIamAspire.Analyzers.CodeFixes.Edits;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM002: removes the setting, or makes the Aspire parameter a secret that is asked for.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PasswordThroughApiFix)), Shared]
internal sealed class PasswordThroughApiFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(PasswordThroughApiAnalyzer.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Remove the password", static context =>
            context.Property(PasswordThroughApiAnalyzer.Kind) is PasswordThroughApiAnalyzer.KindAspireParameter or PasswordThroughApiAnalyzer.KindTuple or PasswordThroughApiAnalyzer.KindPair ? null : SettingEdits.Remove(context.Root, context.Span, context.Source)),
        new SourceFixChoice("Make it a secret parameter without a value", static context =>
            context.Property(PasswordThroughApiAnalyzer.Kind) == PasswordThroughApiAnalyzer.KindAspireParameter ? SettingEdits.MakeSecretParameter(context.Root, context.Span) : null));
}
