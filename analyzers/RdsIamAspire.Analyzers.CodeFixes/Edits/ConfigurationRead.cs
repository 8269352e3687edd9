using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.Sources;

namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Replaces a whole connection string by one that is read from configuration.</summary>
internal static class ConfigurationRead
{
    /// <summary>
    /// An indexer of the <c>IConfiguration</c> in reach, else the environment variable that configuration reads the same key from. Null where the
    /// language asks for a constant.
    /// </summary>
    public static IReadOnlyList<TextChange>? Of(ComposedText text, SemanticModel model, CancellationToken cancellationToken)
    {
        var whole = text.Root;
        // Strings that are put together over several statements stay as they are.
        if (whole is IdentifierNameSyntax || whole.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Append" or "AppendFormat" or "AppendLine" } } })
            return null;
        if (text.Parts.Any(part => !whole.Span.Contains(part.Node.Span)) || IsConstantPlace(whole) || whole.IsKind(SyntaxKind.Utf8StringLiteralExpression))
            return null;
        const string key = "ConnectionStrings:MySql";
        var read = Configuration(whole, model, cancellationToken) is { } configuration
            ? $"{configuration}[\"{key}\"]"
            : $"System.Environment.GetEnvironmentVariable(\"{key.Replace(":", "__")}\")";
        var missing = $"throw new System.InvalidOperationException(\"No connection string: set {key}.\")";
        var expression = $"{read} ?? {missing}";
        var needsParentheses = whole.Parent is not (ArgumentSyntax or EqualsValueClauseSyntax or AssignmentExpressionSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax or AnonymousFunctionExpressionSyntax);
        return new[] { new TextChange(whole.Span, needsParentheses ? $"({expression})" : expression) };
    }

    private static bool IsConstantPlace(ExpressionSyntax expression)
    {
        for (SyntaxNode? node = expression; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case AttributeArgumentSyntax or ParameterSyntax or CaseSwitchLabelSyntax or ConstantPatternSyntax:
                    return true;
                case FieldDeclarationSyntax field:
                    return field.Modifiers.Any(SyntaxKind.ConstKeyword);
                case LocalDeclarationStatementSyntax local:
                    return local.Modifiers.Any(SyntaxKind.ConstKeyword);
                case StatementSyntax or MemberDeclarationSyntax:
                    return false;
            }
        }

        return false;
    }

    // A local, parameter, field or property in reach whose type is IConfiguration, or a builder's Configuration.
    private static string? Configuration(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        var isInitializer = expression.FirstAncestorOrSelf<FieldDeclarationSyntax>() is not null || expression.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is { Initializer: not null };
        var isStatic = expression.FirstAncestorOrSelf<MemberDeclarationSyntax>(static member => member is not GlobalStatementSyntax) is { } member && member.Modifiers.Any(SyntaxKind.StaticKeyword);
        foreach (var symbol in model.LookupSymbols(expression.SpanStart))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var type = symbol switch
            {
                ILocalSymbol local when local.Locations[0].SourceSpan.Start < expression.SpanStart => local.Type,
                IParameterSymbol parameter => parameter.Type,
                IFieldSymbol field when !isInitializer && (field.IsStatic || !isStatic) => field.Type,
                IPropertySymbol property when !isInitializer && (property.IsStatic || !isStatic) => property.Type,
                _ => null,
            };
            if (type is null)
                continue;
            if (IsConfiguration(type))
                return symbol.Name;
            if (type.GetMembers("Configuration").OfType<IPropertySymbol>().Any(each => IsConfiguration(each.Type)) && symbol is ILocalSymbol or IParameterSymbol)
                return symbol.Name + ".Configuration";
        }

        return null;
    }

    private static bool IsConfiguration(ITypeSymbol type) =>
        type.Name is "IConfiguration" or "IConfigurationRoot" or "ConfigurationManager" or "IConfigurationManager";
}
