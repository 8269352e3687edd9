using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM005: sets an SslMode that verifies the server.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnverifiedSslModeFix)), Shared]
internal sealed class UnverifiedSslModeFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnverifiedSslModeRule.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Verify the server: SslMode=VerifyFull", static context => SslModeChange.Of(context)));
}
