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
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(PasswordSettingRule.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Remove the password", static context =>
            context.Property(FixKinds.Kind) is FixKinds.AspireParameter or FixKinds.Tuple or FixKinds.Pair ? null
            : SettingEdits.RemovePassword(context)),
        new SourceFixChoice("Make it a secret parameter without a value", static context =>
            context.Property(FixKinds.Kind) == FixKinds.AspireParameter ? SettingEdits.MakeSecretParameter(context.Root, context.Span)
            : null));
}
