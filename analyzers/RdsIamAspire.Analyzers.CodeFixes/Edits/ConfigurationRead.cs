namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Replaces a whole connection string by one that is read from configuration.</summary>
internal static class ConfigurationRead
{
    /// <summary>An indexer of the <c>IConfiguration</c> in reach, else the environment variable that configuration reads the same key from.
    /// Null where the language asks for a constant.</summary>
    public static IReadOnlyList<TextChange>? Of(StringValue text, SourceFixContext context)
    {
        if (text.Root is not ExpressionSyntax whole || text.Variable is not null)
            return null;
        while (whole.Parent is ParenthesizedExpressionSyntax parenthesized)
            whole = parenthesized;
        // Strings that are put together over several statements stay as they are.
        if (text.Parts.Any(part => !whole.Span.Contains(part.Node.Span)) || IsConstantPlace(whole)
            || whole.IsKind(SyntaxKind.Utf8StringLiteralExpression)
            || context.Model.GetTypeInfo(whole, context.CancellationToken).ConvertedType is
            {
                SpecialType: not (SpecialType.System_String or SpecialType.System_Object),
                TypeKind: not (TypeKind.Dynamic or TypeKind.Error),
            })
            return null;
        if (Others(text, context) is not { } others)
            return null;
        var key = "ConnectionStrings:" + ConnectionStringName.Of(whole, text.Parsed);
        var read = Configuration(whole, context.Model, context.CancellationToken) is { } configuration
            ? $"{configuration}[\"{key}\"]"
            : $"System.Environment.GetEnvironmentVariable(\"{key.Replace(":", "__")}\")";
        var expression = $"{Comments(whole)}{read} ?? throw new System.InvalidOperationException(\"No connection string: set {key}.\")";
        var isWhole = whole.Parent is ArgumentSyntax or EqualsValueClauseSyntax or AssignmentExpressionSyntax or ReturnStatementSyntax
            or ArrowExpressionClauseSyntax
            or AnonymousFunctionExpressionSyntax;
        return [new TextChange(whole.Span, isWhole ? expression : $"({expression})"), .. others];
    }

    // The variables that held the password go with it; where they cannot, the password would stay.
    private static List<TextChange>? Others(StringValue text, SourceFixContext context)
    {
        var changes = new List<TextChange>();
        var removed = text.Parts.Select(static part => part.Node).ToArray();
        foreach (var pair in text.Parsed.Pairs)
        {
            foreach (var part in text.Parts)
            {
                if (pair.Kind != MySqlKey.Password || part.Kind != StringPartKind.Reference || part.End <= pair.ValueStart
                    || part.Start >= pair.ValueEnd || part.Operation is not { } value)
                    continue;
                if (SecretRemoval.Fallback(value) is not null)
                    continue;
                if (SecretRemoval.Of(value, removed, context) is not { } others)
                    return null;
                changes.AddRange(others);
            }
        }

        return changes;
    }

    // What was said about the string is kept before what reads it.
    private static string Comments(ExpressionSyntax whole)
    {
        var kept = new System.Text.StringBuilder();
        foreach (var trivia in whole.DescendantTrivia())
        {
            if (!whole.Span.Contains(trivia.Span))
                continue;
            if (trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
                kept.Append(trivia.ToString()).Append(' ');
            else if (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia))
                kept.Append("/* ").Append(trivia.ToString().TrimStart('/').Trim().Replace("*/", "* /")).Append(" */ ");
        }

        return kept.ToString();
    }

    private static bool IsConstantPlace(ExpressionSyntax expression)
    {
        for (SyntaxNode? node = expression; node is not null; node = node.Parent)
        {
            switch (node)
            {
                case AttributeArgumentSyntax or ParameterSyntax or CaseSwitchLabelSyntax or ConstantPatternSyntax: return true;
                case FieldDeclarationSyntax field: return field.Modifiers.Any(SyntaxKind.ConstKeyword);
                case LocalDeclarationStatementSyntax local: return local.Modifiers.Any(SyntaxKind.ConstKeyword);
                case StatementSyntax or MemberDeclarationSyntax: return false;
            }
        }

        return false;
    }

    // A local, parameter, field or property in reach whose type is IConfiguration, or a builder's Configuration.
    private static string? Configuration(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        var isInitializer = expression.FirstAncestorOrSelf<FieldDeclarationSyntax>() is not null
            || expression.FirstAncestorOrSelf<PropertyDeclarationSyntax>() is { Initializer: not null };
        var isStatic =
            expression.FirstAncestorOrSelf<MemberDeclarationSyntax>(static member => member is not GlobalStatementSyntax) is { } member
            && member.Modifiers.Any(SyntaxKind.StaticKeyword);
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
            if (type.GetMembers("Configuration").OfType<IPropertySymbol>().Any(each => IsConfiguration(each.Type))
                && symbol is ILocalSymbol or IParameterSymbol)
                return symbol.Name + ".Configuration";
        }

        return null;
    }

    private static bool IsConfiguration(ITypeSymbol type) =>
        type.Name is "IConfiguration" or "IConfigurationRoot" or "ConfigurationManager" or "IConfigurationManager";
}
