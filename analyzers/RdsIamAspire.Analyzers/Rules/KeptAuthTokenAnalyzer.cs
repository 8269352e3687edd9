using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Origins;
using RdsIamAspire.Analyzers.Sources;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM007: an auth token is made once and kept where it outlives its fifteen minutes.</summary>
/// <remarks>Source: Amazon RDS User Guide, "IAM database authentication": each token has a lifetime of 15 minutes.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class KeptAuthTokenAnalyzer : DiagnosticAnalyzer
{
    internal const string Id = "RDSIAM007";

    internal static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        RuleTexts.Get("RDSIAM007_Title"),
        RuleTexts.Get("RDSIAM007_Message"),
        "Reliability",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        RuleTexts.Get("RDSIAM007_Description"),
        RuleTexts.Page(Id));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxNodeAction(Call, SyntaxKind.InvocationExpression);
    }

    private static void Call(SyntaxNodeAnalysisContext context)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        if (!MakesToken(call, context))
            return;
        if (Keeper(call, context, 0) is { } keeper)
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, call.GetLocation(), keeper));
    }

    // Amazon.RDS.Util.RDSAuthTokenGenerator.GenerateAuthToken[Async], RdsIamAspire.RdsAuthTokenSource.GetTokenAsync
    private static bool MakesToken(InvocationExpressionSyntax call, SyntaxNodeAnalysisContext context)
    {
        if (call.Expression is not MemberAccessExpressionSyntax member)
            return false;
        switch (member.Name.Identifier.ValueText)
        {
            case "GenerateAuthToken" or "GenerateAuthTokenAsync":
                return context.SemanticModel.GetSymbolInfo(call, context.CancellationToken).Symbol is not IMethodSymbol method
                    ? member.Expression.ToString().EndsWith("RDSAuthTokenGenerator", StringComparison.Ordinal)
                    : method.ContainingType.Name == "RDSAuthTokenGenerator";
            case "GetTokenAsync":
                return context.SemanticModel.GetTypeInfo(member.Expression, context.CancellationToken).Type is { Name: "RdsAuthTokenSource", ContainingNamespace.Name: "RdsIamAspire" };
            default:
                return false;
        }
    }

    /// <summary>What keeps the value of an expression, in words; null when it is used at once or made anew for each login.</summary>
    private static string? Keeper(ExpressionSyntax value, SyntaxNodeAnalysisContext context, int depth)
    {
        SyntaxNode node = value;
        while (node.Parent is { } parent)
        {
            switch (parent)
            {
                case AnonymousFunctionExpressionSyntax lambda:
                    return LambdaKeeper(lambda);
                case InterpolationSyntax { Parent: InterpolatedStringExpressionSyntax interpolated }:
                    return PasswordAt(interpolated, value, context) ? "a connection string" : Keeper(interpolated, context, depth);
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } chain:
                    var top = chain;
                    while (top.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } outer)
                        top = outer;
                    return PasswordAt(top, value, context) ? "a connection string" : null;
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } argument:
                    switch (NameOf(call))
                    {
                        case "Format" or "Concat":
                            return PasswordAt(call, value, context) ? "a connection string" : null;
                        case "Append" or "AppendFormat" when TextComposer.Around(value, context.SemanticModel, context.CancellationToken) is { } built:
                            return PasswordAt(built, value) ? "a connection string" : null;
                        case "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton":
                            return "a singleton";
                        case "Add" when call.ArgumentList.Arguments.Count == 2 && call.ArgumentList.Arguments[0].Expression is LiteralExpressionSyntax { Token.Value: string key } && IsPasswordKey(key):
                            return "a connection string";
                    }

                    _ = argument;
                    return null;
                case ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax creation }:
                    node = creation;
                    continue;
                case AssignmentExpressionSyntax assignment when assignment.Right == node:
                    return TargetKeeper(assignment, context, depth);
                case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator }:
                    return VariableKeeper(declarator, context, depth);
                case EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property }:
                    return property.Modifiers.Any(SyntaxKind.StaticKeyword) ? "a static property" : "a property that is set once";
                case StatementSyntax or MemberDeclarationSyntax or ArrowExpressionClauseSyntax:
                    return null;
            }

            node = parent;
        }

        return null;
    }

    // A lambda makes its value anew each time it is called, unless it is called once for good.
    private static string? LambdaKeeper(AnonymousFunctionExpressionSyntax lambda)
    {
        SyntaxNode node = lambda;
        while (node.Parent is CastExpressionSyntax or ParenthesizedExpressionSyntax)
            node = node.Parent;
        return node.Parent is not ArgumentSyntax { Parent.Parent: { } owner } ? null : owner switch
        {
            InvocationExpressionSyntax call when NameOf(call) is "AddSingleton" or "TryAddSingleton" or "AddKeyedSingleton" => "a singleton",
            ObjectCreationExpressionSyntax { Type: GenericNameSyntax { Identifier.ValueText: "Lazy" or "AsyncLazy" } } => "a Lazy",
            ImplicitObjectCreationExpressionSyntax { Parent: EqualsValueClauseSyntax { Parent.Parent: VariableDeclarationSyntax { Type: GenericNameSyntax { Identifier.ValueText: "Lazy" or "AsyncLazy" } } } } => "a Lazy",
            ImplicitObjectCreationExpressionSyntax { Parent: EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax { Type: GenericNameSyntax { Identifier.ValueText: "Lazy" or "AsyncLazy" } } } } => "a Lazy",
            _ => null,
        };
    }

    private static string? TargetKeeper(AssignmentExpressionSyntax assignment, SyntaxNodeAnalysisContext context, int depth)
    {
        switch (assignment.Left)
        {
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Password" } member
                when context.SemanticModel.GetTypeInfo(member.Expression, context.CancellationToken).Type is { } type && (DriverTypes.IsBuilder(type) || type.TypeKind == TypeKind.Error):
            case IdentifierNameSyntax { Identifier.ValueText: "Password" } when assignment.Parent is InitializerExpressionSyntax { Parent: BaseObjectCreationExpressionSyntax creation } && DriverTypes.IsBuilder(context.SemanticModel.GetTypeInfo(creation, context.CancellationToken).Type):
                return "a connection string";
            case ElementAccessExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } when arguments[0].Expression is LiteralExpressionSyntax { Token.Value: string key } && IsPasswordKey(key):
                return "a connection string";
        }

        switch (context.SemanticModel.GetSymbolInfo(assignment.Left, context.CancellationToken).Symbol)
        {
            case IFieldSymbol { IsStatic: true }:
                return "a static field";
            case IPropertySymbol { IsStatic: true }:
                return "a static property";
            // _token ??= …
            case IFieldSymbol or IPropertySymbol when assignment.IsKind(SyntaxKind.CoalesceAssignmentExpression):
                return "a field that is set once";
            // _token = …, in the constructor and nowhere else
            case IFieldSymbol { Name: var field } when IsSetOnce(field, assignment):
                return "a field that is set once";
            case IPropertySymbol { Name: var property } when IsSetOnce(property, assignment):
                return "a property that is set once";
            case ILocalSymbol local when depth < 3:
                return UsesKeep(local.Name, assignment, context, depth);
            default:
                return null;
        }
    }

    private static bool IsSetOnce(string name, AssignmentExpressionSyntax assignment) =>
        assignment.FirstAncestorOrSelf<ConstructorDeclarationSyntax>()?.Parent is TypeDeclarationSyntax type && !type.Modifiers.Any(SyntaxKind.PartialKeyword)
        && !assignment.Ancestors().TakeWhile(static node => node is not ConstructorDeclarationSyntax).Any(static node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
        && !type.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(other => NameOf(other.Left) == name && other.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is null);

    private static string? NameOf(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name: var name } => name.Identifier.ValueText,
        _ => null,
    };

    private static string? VariableKeeper(VariableDeclaratorSyntax declarator, SyntaxNodeAnalysisContext context, int depth)
    {
        if (declarator.FirstAncestorOrSelf<FieldDeclarationSyntax>() is { } field)
            return field.Modifiers.Any(SyntaxKind.StaticKeyword) ? "a static field" : "a field that is set once";
        return depth < 3 ? UsesKeep(declarator.Identifier.ValueText, declarator, context, depth) : null;
    }

    private static string? UsesKeep(string name, SyntaxNode declaration, SyntaxNodeAnalysisContext context, int depth)
    {
        var scope = declaration.FirstAncestorOrSelf<SyntaxNode>(static node => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax or CompilationUnitSyntax);
        foreach (var use in scope?.DescendantNodes().OfType<IdentifierNameSyntax>() ?? [])
        {
            if (use.Identifier.ValueText != name || declaration.Span.Contains(use.Span) || use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use || use.Parent is MemberAccessExpressionSyntax access && access.Name == use)
                continue;
            if (IsCapturedByProvider(use, declaration))
                return "a password callback, which gives it out again and again";
            if (Keeper(use, context, depth + 1) is { } keeper)
                return keeper;
        }

        return null;
    }

    // The driver calls these for each login: a token from outside of them is the same one each time.
    private static bool IsCapturedByProvider(SyntaxNode use, SyntaxNode declaration)
    {
        foreach (var lambda in use.Ancestors().OfType<AnonymousFunctionExpressionSyntax>())
        {
            if (lambda.Span.Contains(declaration.Span))
                return false;
            if (lambda.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && NameOf(call) == "UsePeriodicPasswordProvider")
                return true;
            if (lambda.Parent is AssignmentExpressionSyntax { Left: var left } assignment && assignment.Right == lambda
                && left is IdentifierNameSyntax { Identifier.ValueText: "ProvidePasswordCallback" } or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ProvidePasswordCallback" })
                return true;
        }

        return false;
    }

    private static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        _ => "",
    };

    private static bool IsPasswordKey(string key) => MySqlKeys.Find(key.Trim().ToLowerInvariant()) == MySqlKey.Password;

    // Whether the run-time part that a value is stands after "Password=".
    private static bool PasswordAt(ExpressionSyntax whole, ExpressionSyntax value, SyntaxNodeAnalysisContext context) =>
        PasswordAt(TextComposer.Compose(whole, context.SemanticModel, context.CancellationToken), value);

    private static bool PasswordAt(ComposedText composed, ExpressionSyntax value)
    {
        foreach (var pair in composed.Parsed.Pairs)
        {
            if (pair.Kind != MySqlKey.Password)
                continue;
            foreach (var part in composed.Parts)
            {
                if (part.Kind == TextPartKind.Hole && part.Start >= pair.ValueStart && part.Start < pair.ValueEnd && IsValue(part.Node, value))
                    return true;
            }
        }

        return false;
    }

    // {token}, {(await token)}, {token.Value}, {Uri.EscapeDataString(token)}; not {token.Length}.
    private static bool IsValue(SyntaxNode part, ExpressionSyntax value) =>
        part.Span.Contains(value.Span) && value.Parent is not MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Length" or "ExpiresAt" or "IssuedAt" };
}
