using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.CodeFixes.Edits;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM014: builds from what UseRdsIamAuth gives.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DroppedIamAuthFix)), Shared]
internal sealed class DroppedIamAuthFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(DroppedIamAuthRule.Id);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Build from the result of UseRdsIamAuth", Edit));

    // builder.UseRdsIamAuth(); var data = builder.Build(); becomes var data = builder.UseRdsIamAuth().Build();
    private static TextChange[]? Edit(SourceFixContext context)
    {
        if (context.Root.FindNode(context.Span, getInnermostNodeForTie: true) is not InvocationExpressionSyntax call
            || call.Expression is not MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax builder, Name: var name }
            || call.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax block } statement)
            return null;
        var builds = block.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Where(access => access.SpanStart > statement.Span.End && access.Name.Identifier.ValueText is "Build" or "BuildAsync"
            && access.Expression is IdentifierNameSyntax built
                && built.Identifier.ValueText == builder.Identifier.ValueText)
            .ToArray();
        if (builds.Length != 1)
            return null;
        return [NodeRemoval.Statement(statement, context.Source),
            new TextChange(new TextSpan(builds[0].Expression.Span.End, 0), $".{name}{call.ArgumentList}")];
    }
}
