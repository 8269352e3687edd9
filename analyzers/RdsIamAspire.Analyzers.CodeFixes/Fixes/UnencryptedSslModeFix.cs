using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM004: sets an SslMode that encrypts and verifies.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UnencryptedSslModeFix)), Shared]
internal sealed class UnencryptedSslModeFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(UnencryptedSslModeRule.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Verify the server: SslMode=VerifyFull", static context => SslModeChange.Of(context)));
}
