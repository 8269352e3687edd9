using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RdsIamAspire.Analyzers.Origins;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM009: the certificate callback of a MySQL connection accepts everything.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class AcceptAllCertificatesAnalyzer : DiagnosticAnalyzer
{
    internal const string Id = "RDSIAM009";

    internal static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        RuleTexts.Get("RDSIAM009_Title"),
        RuleTexts.Get("RDSIAM009_Message"),
        RuleTexts.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        RuleTexts.Get("RDSIAM009_Description"),
        RuleTexts.Page(Id));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxNodeAction(Assignment, SyntaxKind.SimpleAssignmentExpression, SyntaxKind.AddAssignmentExpression);
        context.RegisterSyntaxNodeAction(Call, SyntaxKind.InvocationExpression);
    }

    private static void Assignment(SyntaxNodeAnalysisContext context)
    {
        var assignment = (AssignmentExpressionSyntax)context.Node;
        var type = assignment.Left switch
        {
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "RemoteCertificateValidationCallback" } member => context.SemanticModel.GetTypeInfo(member.Expression, context.CancellationToken).Type,
            IdentifierNameSyntax { Identifier.ValueText: "RemoteCertificateValidationCallback" } when assignment.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax creation }
                => context.SemanticModel.GetTypeInfo(creation, context.CancellationToken).Type,
            _ => null,
        };
        if (DriverTypes.IsConnection(type) && AcceptsAll(assignment.Right, context))
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, assignment.GetLocation(), "RemoteCertificateValidationCallback"));
    }

    private static void Call(SyntaxNodeAnalysisContext context)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        if (call.Expression is MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "UseRemoteCertificateValidationCallback" } name } member
            && call.ArgumentList.Arguments.Count == 1
            && DriverTypes.IsDataSourceBuilder(context.SemanticModel.GetTypeInfo(member.Expression, context.CancellationToken).Type)
            && AcceptsAll(call.ArgumentList.Arguments[0].Expression, context))
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, Location.Create(call.SyntaxTree, Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(name.SpanStart, call.Span.End)), name.Identifier.ValueText));
    }

    private static bool AcceptsAll(ExpressionSyntax callback, SyntaxNodeAnalysisContext context)
    {
        switch (callback)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return AcceptsAll(parenthesized.Expression, context);
            case CastExpressionSyntax cast:
                return AcceptsAll(cast.Expression, context);
            case BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments }:
                return AcceptsAll(arguments[0].Expression, context);
            case AnonymousFunctionExpressionSyntax { ExpressionBody: { } body }:
                return IsTrue(body, context);
            case AnonymousFunctionExpressionSyntax { Block: { } block }:
                return ReturnsTrueOnly(block, context);
            case IdentifierNameSyntax or MemberAccessExpressionSyntax:
                var symbol = context.SemanticModel.GetSymbolInfo(callback, context.CancellationToken).Symbol;
                if (symbol?.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.CancellationToken) is not { } declaration || declaration.SyntaxTree != context.Node.SyntaxTree)
                    return false;
                return declaration switch
                {
                    MethodDeclarationSyntax { ExpressionBody.Expression: { } body } => IsTrue(body, context),
                    MethodDeclarationSyntax { Body: { } block } => ReturnsTrueOnly(block, context),
                    LocalFunctionStatementSyntax { ExpressionBody.Expression: { } body } => IsTrue(body, context),
                    LocalFunctionStatementSyntax { Body: { } block } => ReturnsTrueOnly(block, context),
                    VariableDeclaratorSyntax { Initializer.Value: { } value } when value != callback => AcceptsAll(value, context),
                    _ => false,
                };
            default:
                return false;
        }
    }

    private static bool ReturnsTrueOnly(BlockSyntax block, SyntaxNodeAnalysisContext context)
    {
        var returns = block.DescendantNodes(static node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<ReturnStatementSyntax>().ToArray();
        return returns.Length > 0
            && returns.All(each => each.Expression is { } value && IsTrue(value, context))
            && !block.DescendantNodes().Any(static node => node is ThrowStatementSyntax or ThrowExpressionSyntax);
    }

    private static bool IsTrue(ExpressionSyntax expression, SyntaxNodeAnalysisContext context)
    {
        if (context.SemanticModel.GetConstantValue(expression, context.CancellationToken) is { HasValue: true, Value: true })
            return true;
        return expression switch
        {
            ParenthesizedExpressionSyntax parenthesized => IsTrue(parenthesized.Expression, context),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } either => IsTrue(either.Left, context) || IsTrue(either.Right, context),
            // bool ok = true; return ok;
            IdentifierNameSyntax when context.SemanticModel.GetSymbolInfo(expression, context.CancellationToken).Symbol is ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references }
                && references[0].GetSyntax(context.CancellationToken) is VariableDeclaratorSyntax { Initializer.Value: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression } } declarator
                => declarator.FirstAncestorOrSelf<BlockSyntax>() is { } block
                    && !block.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == declarator.Identifier.ValueText
                        && (name.Parent is AssignmentExpressionSyntax assignment && assignment.Left == name || name.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 })),
            _ => false,
        };
    }
}
