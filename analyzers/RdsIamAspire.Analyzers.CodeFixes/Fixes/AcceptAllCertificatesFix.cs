using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using RdsIamAspire.Analyzers.CodeFixes.Edits;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM009: removes the callback that accepts every certificate.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AcceptAllCertificatesFix)), Shared]
internal sealed class AcceptAllCertificatesFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(AcceptAllCertificatesRule.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Remove the callback that accepts every certificate",
        static context => SettingEdits.Remove(context.Root, context.Span, context.Source)));
}
