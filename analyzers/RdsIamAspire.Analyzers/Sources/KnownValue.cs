using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RdsIamAspire.Analyzers.Sources;

/// <summary>
/// The string an expression is sure to be, or may be by what stands in the source: a constant, a local or private field that is only ever given
/// constants, a property that returns one, the fall-back of <c>??</c>, an arm of <c>?:</c>.
/// </summary>
internal static class KnownValue
{
    private const int MaximumDepth = 6;

    public static string? Of(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken) => Of(expression, model, 0, cancellationToken);

    private static string? Of(ExpressionSyntax expression, SemanticModel model, int depth, CancellationToken cancellationToken)
    {
        if (depth > MaximumDepth)
            return null;
        switch (expression)
        {
            case LiteralExpressionSyntax literal:
                return literal.IsKind(SyntaxKind.StringLiteralExpression) ? literal.Token.Value as string : null;
            case ParenthesizedExpressionSyntax parenthesized:
                return Of(parenthesized.Expression, model, depth + 1, cancellationToken);
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed:
                return Of(suppressed.Operand, model, depth + 1, cancellationToken);
            case CastExpressionSyntax cast:
                return Of(cast.Expression, model, depth + 1, cancellationToken);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } coalesce:
                return Of(coalesce.Right, model, depth + 1, cancellationToken);
            // Text that is put together of known parts.
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum when model.GetConstantValue(sum, cancellationToken) is { HasValue: false }:
                return Of(sum.Left, model, depth + 1, cancellationToken) is { } left && Of(sum.Right, model, depth + 1, cancellationToken) is { } right ? left + right : null;
            case ConditionalExpressionSyntax conditional:
                return NotEmpty(Of(conditional.WhenTrue, model, depth + 1, cancellationToken)) ?? Of(conditional.WhenFalse, model, depth + 1, cancellationToken);
            case SwitchExpressionSyntax choice:
                return choice.Arms.Select(arm => NotEmpty(Of(arm.Expression, model, depth + 1, cancellationToken))).FirstOrDefault(value => value is not null);
            case MemberAccessExpressionSyntax { Name.Identifier.Text: "Empty" }:
                return null;
            // b.Password = a = "…"
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment:
                return Of(assignment.Right, model, depth + 1, cancellationToken);
            case InvocationExpressionSyntax call:
                return OfCall(call, model, depth, cancellationToken);
            // new string("…")
            case ObjectCreationExpressionSyntax { Type: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.StringKeyword }, ArgumentList.Arguments: { Count: 1 } arguments }:
                return Of(arguments[0].Expression, model, depth + 1, cancellationToken);
        }

        var constant = model.GetConstantValue(expression, cancellationToken);
        if (constant.HasValue)
            return constant.Value as string;
        if (expression is not (IdentifierNameSyntax or MemberAccessExpressionSyntax))
            return null;
        return model.GetSymbolInfo(expression, cancellationToken).Symbol switch
        {
            ILocalSymbol local => OfLocal(local, expression, model, depth, cancellationToken),
            IFieldSymbol field when field.DeclaredAccessibility == Accessibility.Private || field.IsReadOnly => OfField(field, model, depth, cancellationToken),
            IPropertySymbol property when property.SetMethod is null || property.SetMethod.IsInitOnly || property.DeclaredAccessibility == Accessibility.Private => OfProperty(property, model, depth, cancellationToken),
            // A method group.
            IMethodSymbol method => OfMethod(method, model, depth, cancellationToken),
            // A password that holds wherever the caller gives none.
            IParameterSymbol { HasExplicitDefaultValue: true, ExplicitDefaultValue: string given } parameter when NamesPassword(parameter.Name) => given,
            _ => null,
        };
    }

    // What a field or property of another file is given for good.
    private static string? InitialValue(ISymbol symbol, CancellationToken cancellationToken)
    {
        if (symbol.DeclaringSyntaxReferences.Length != 1)
            return null;
        var initializer = symbol.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) switch
        {
            VariableDeclaratorSyntax declarator => declarator.Initializer,
            PropertyDeclarationSyntax property => property.Initializer,
            _ => null,
        };
        return initializer?.Value is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal ? NotEmpty(literal.Token.Value as string) : null;
    }

    private static bool NamesPassword(string name) =>
        name.IndexOf("pass", StringComparison.OrdinalIgnoreCase) >= 0 || name.Equals("pw", StringComparison.OrdinalIgnoreCase) || name.IndexOf("pwd", StringComparison.OrdinalIgnoreCase) >= 0;

    // "…".Trim(), a function of the same file that returns what it was written with, a value that is only encoded.
    private static string? OfCall(InvocationExpressionSyntax call, SemanticModel model, int depth, CancellationToken cancellationToken)
    {
        var arguments = call.ArgumentList.Arguments;
        switch (call.Expression)
        {
            case MemberAccessExpressionSyntax { Expression: var receiver, Name.Identifier.ValueText: "Trim" or "TrimStart" or "TrimEnd" or "ToLower" or "ToLowerInvariant" or "ToUpper" or "ToUpperInvariant" or "ToString" or "Normalize" }
                when arguments.Count == 0 && receiver is LiteralExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax:
                return Of(receiver, model, depth + 1, cancellationToken);
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetString" } when arguments.Count == 1
                && arguments[0].Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "FromBase64String" or "FromHexString" }, ArgumentList.Arguments: { Count: 1 } encoded }:
                return Of(encoded[0].Expression, model, depth + 1, cancellationToken);
            case IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or IdentifierNameSyntax } when arguments.Count == 0
                && model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method:
                return OfMethod(method, model, depth, cancellationToken);
            default:
                return null;
        }
    }

    // What a function of the same file returns, when it does nothing else.
    private static string? OfMethod(IMethodSymbol method, SemanticModel model, int depth, CancellationToken cancellationToken)
    {
        if (method.IsVirtual || method.IsAbstract || method.IsOverride || method.Parameters.Length > 0
            || method.DeclaringSyntaxReferences is not { Length: 1 } references || references[0].SyntaxTree != model.SyntaxTree)
            return null;
        var (expression, block) = references[0].GetSyntax(cancellationToken) switch
        {
            MethodDeclarationSyntax declaration => (declaration.ExpressionBody?.Expression, declaration.Body),
            LocalFunctionStatementSyntax function => (function.ExpressionBody?.Expression, function.Body),
            _ => (null, null),
        };
        if (block is { Statements: { Count: 1 } statements })
            expression = (statements[0] as ReturnStatementSyntax)?.Expression;
        return expression is null ? null : Of(expression, model, depth + 1, cancellationToken);
    }

    private static string? NotEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string? OfLocal(ILocalSymbol local, ExpressionSyntax use, SemanticModel model, int depth, CancellationToken cancellationToken)
    {
        if (Declarator(local, model) is not { } declarator)
            return OfDeconstruction(local, model, depth, cancellationToken);
        var scope = use.FirstAncestorOrSelf<MemberDeclarationSyntax>(member => member is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or FieldDeclarationSyntax)
            ?? (SyntaxNode)model.SyntaxTree.GetRoot(cancellationToken);
        return OfAll(declarator.Initializer?.Value, local, scope, model, depth, cancellationToken);
    }

    // var (host, password) = ("…", "…")
    private static string? OfDeconstruction(ILocalSymbol local, SemanticModel model, int depth, CancellationToken cancellationToken)
    {
        if (local.DeclaringSyntaxReferences is not { Length: 1 } references || references[0].SyntaxTree != model.SyntaxTree
            || references[0].GetSyntax(cancellationToken) is not SingleVariableDesignationSyntax { Parent: ParenthesizedVariableDesignationSyntax { Parent: DeclarationExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } } all } variable
            || assignment.Right is not TupleExpressionSyntax tuple)
            return null;
        var index = all.Variables.IndexOf(variable);
        return index < tuple.Arguments.Count ? Of(tuple.Arguments[index].Expression, model, depth + 1, cancellationToken) : null;
    }

    private static string? OfField(IFieldSymbol field, SemanticModel model, int depth, CancellationToken cancellationToken)
    {
        if (Declarator(field, model) is not { } declarator || declarator.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            return field.IsReadOnly ? InitialValue(field, cancellationToken) : null;
        // A part of the type that stands in another file may write the field too.
        if (field.ContainingType.DeclaringSyntaxReferences.Length > 1 && !field.IsReadOnly)
            return null;
        return OfAll(declarator.Initializer?.Value, field, type, model, depth, cancellationToken);
    }

    private static string? OfProperty(IPropertySymbol property, SemanticModel model, int depth, CancellationToken cancellationToken)
    {
        if (property.DeclaringSyntaxReferences.Length != 1
            || property.DeclaringSyntaxReferences[0].GetSyntax(cancellationToken) is not PropertyDeclarationSyntax declaration
            || declaration.SyntaxTree != model.SyntaxTree)
            return InitialValue(property, cancellationToken);
        if (declaration.ExpressionBody is { } body)
            return Of(body.Expression, model, depth + 1, cancellationToken);
        var getter = declaration.AccessorList?.Accessors.FirstOrDefault(accessor => accessor.IsKind(SyntaxKind.GetAccessorDeclaration));
        if (getter?.ExpressionBody is { } getterBody)
            return Of(getterBody.Expression, model, depth + 1, cancellationToken);
        if (getter?.Body is { Statements.Count: 1 } block && block.Statements[0] is ReturnStatementSyntax { Expression: { } returned })
            return Of(returned, model, depth + 1, cancellationToken);
        if (getter?.Body is not null || declaration.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            return null;
        return OfAll(declaration.Initializer?.Value, property, type, model, depth, cancellationToken);
    }

    private static VariableDeclaratorSyntax? Declarator(ISymbol symbol, SemanticModel model)
    {
        if (symbol.DeclaringSyntaxReferences.Length != 1)
            return null;
        var reference = symbol.DeclaringSyntaxReferences[0];
        return reference.SyntaxTree == model.SyntaxTree ? reference.GetSyntax() as VariableDeclaratorSyntax : null;
    }

    /// <summary>The last known value given to a variable when every value given to it is known, or what it falls back to (<c>??=</c>).</summary>
    private static string? OfAll(ExpressionSyntax? initializer, ISymbol symbol, SyntaxNode scope, SemanticModel model, int depth, CancellationToken cancellationToken)
    {
        string? known = null;
        var allKnown = true;
        if (initializer is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed)
            initializer = suppressed.Operand;
        if (initializer is not null && !initializer.IsKind(SyntaxKind.NullLiteralExpression) && !initializer.IsKind(SyntaxKind.DefaultLiteralExpression))
        {
            known = Of(initializer, model, depth + 1, cancellationToken);
            allKnown = known is not null || IsEmptyString(initializer);
        }

        foreach (var name in scope.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (name.Identifier.ValueText != symbol.Name)
                continue;
            var target = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } member ? (ExpressionSyntax)member : name;
            if (target.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 })
                return null;
            if (target.Parent is not AssignmentExpressionSyntax assignment || assignment.Left != target)
                continue;
            if (!SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, symbol))
                continue;
            if (assignment.Kind() is not (SyntaxKind.SimpleAssignmentExpression or SyntaxKind.CoalesceAssignmentExpression))
                return null;
            var value = Of(assignment.Right, model, depth + 1, cancellationToken);
            if (assignment.IsKind(SyntaxKind.CoalesceAssignmentExpression) && NotEmpty(value) is { } fallback)
                return fallback;
            allKnown &= value is not null || IsEmptyString(assignment.Right);
            known = NotEmpty(value) ?? known;
        }

        return allKnown ? known : null;
    }

    private static bool IsEmptyString(ExpressionSyntax expression) =>
        expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Empty", Expression: PredefinedTypeSyntax or IdentifierNameSyntax { Identifier.Text: "String" } };
}
