using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using RdsIamAspire.Analyzers.CodeFixes.Edits;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM006: removes the password, so that the provider is asked.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PasswordBesideIamProviderFix)), Shared]
internal sealed class PasswordBesideIamProviderFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(PasswordBesideIamProviderRule.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Remove the password, so that the IAM provider is used", static context =>
            ConnectionStringEdits.Find(context.Root, context.Model, context.Span, context.CancellationToken) is { } found
            && found.Pair.Kind == MySqlKey.Password
                ? ConnectionStringEdits.Remove(found.Text, found.Pair, context)
                : SettingEdits.Remove(context.Root, context.Span, context.Source)));
}
