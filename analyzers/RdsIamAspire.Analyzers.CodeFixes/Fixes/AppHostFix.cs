using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.CodeFixes.Edits;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM015 to 018: what is missing in an AppHost is added, what is too early is moved, what hands a password over is
/// removed.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AppHostFix)), Shared]
internal sealed class AppHostFix : SourceFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create(AppHostRules.NoIamId, AppHostRules.EarlyReferenceId, AppHostRules.NoLocalServerId,
        AppHostRules.PasswordBesideIamId);

    private protected override ImmutableArray<SourceFixChoice> Choices { get; } = ImmutableArray.Create(
        new SourceFixChoice("Add WithRdsIamAuth()", static context => Add(context, AppHostRules.NoIamId, ".WithRdsIamAuth()")),
        new SourceFixChoice("Call WithRdsIamAuth() where the resource is made", Move),
        new SourceFixChoice("Add RunAsContainer()", static context => Add(context, AppHostRules.NoLocalServerId, ".RunAsContainer()")),
        new SourceFixChoice("Remove the password variable", static context =>
            context.Diagnostic.Id == AppHostRules.PasswordBesideIamId && CallAt(context) is { } call
            && NodeRemoval.Call(call, context.Source).ToArray() is { Length: > 0 } changes ? changes : null));

    private static TextChange[]? Add(SourceFixContext context, string id, string added) =>
        context.Diagnostic.Id == id && CallAt(context) is { } call ? [new TextChange(new TextSpan(call.Span.End, 0), added)] : null;

    private static InvocationExpressionSyntax? CallAt(SourceFixContext context) =>
        context.Root.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>();

    private static IReadOnlyList<TextChange>? Move(SourceFixContext context)
    {
        if (context.Diagnostic.Id != AppHostRules.EarlyReferenceId
            || context.Root.FindNode(context.Span, getInnermostNodeForTie: true) is not IdentifierNameSyntax resource
            || context.Model.GetSymbolInfo(resource, context.CancellationToken)
            .Symbol is not ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references }
            || references[0].GetSyntax(context.CancellationToken) is not VariableDeclaratorSyntax { Initializer.Value: { } made })
            return null;
        foreach (var call in context.Root.DescendantNodes(static _ => true).OfType<InvocationExpressionSyntax>())
        {
            if (call is
                {
                    Expression: MemberAccessExpressionSyntax
                    {
                        Name: { Identifier.ValueText: "WithRdsIamAuth" } name,
                        Expression: IdentifierNameSyntax owner
                    }, Parent: ExpressionStatementSyntax statement
                }
                && call.SpanStart > context.Span.End && owner.Identifier.ValueText == resource.Identifier.ValueText)
                return [NodeRemoval.Statement(statement, context.Source),
                new TextChange(new TextSpan(made.Span.End, 0), $".{name}{call.ArgumentList}")];
        }

        return null;
    }
}
