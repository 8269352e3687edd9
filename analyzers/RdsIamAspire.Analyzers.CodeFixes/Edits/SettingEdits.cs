namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Edits of settings that are made by code: an assignment, an element of an initializer, a call.</summary>
internal static class SettingEdits
{
    /// <summary>Takes out the setting that a diagnostic stands on, or says null when something else hangs on its value.</summary>
    public static IReadOnlyList<TextChange>? Remove(SourceFixContext context, TextSpan? at = null)
    {
        var (span, source) = (at ?? context.Span, context.Source);
        for (var current = context.NodeAt(span); current is ExpressionStatementSyntax || current is not null
            && (current.Span.End == span.End || span.Contains(current.Span)); current = current.Parent)
        {
            switch (current)
            {
                // b.Server = b.Password = "…": the rest of the chain stays.
                case AssignmentExpressionSyntax { Right: AssignmentExpressionSyntax rest } chained when chained.Span == span:
                    return [NodeRemoval.Cut(TextSpan.FromBounds(chained.SpanStart, rest.SpanStart))];
                case AssignmentExpressionSyntax { Parent: AssignmentExpressionSyntax } inner when inner.Span == span:
                    return [NodeRemoval.Cut(TextSpan.FromBounds(inner.SpanStart, inner.Right.SpanStart))];
                case ExpressionStatementSyntax statement:
                    return IsFluent(statement, span)
                        ? [.. NodeRemoval.Call((InvocationExpressionSyntax)statement.Expression, source)]
                        : [NodeRemoval.Statement(statement, source)];
                case ExpressionSyntax { Parent: InitializerExpressionSyntax } expression:
                    return [NodeRemoval.Cut(NodeRemoval.ListItem(expression, source))];
                case InvocationExpressionSyntax
                {
                    Expression: MemberAccessExpressionSyntax
                    {
                        Expression: InvocationExpressionSyntax
                    or BaseObjectCreationExpressionSyntax or IdentifierNameSyntax
                    }
                } call
                    when call.Parent is MemberAccessExpressionSyntax or EqualsValueClauseSyntax or ArgumentSyntax or ReturnStatementSyntax
                    or ArrowExpressionClauseSyntax:
                    return [.. NodeRemoval.Call(call, source)];
            }
        }

        return null;
    }

    /// <summary>Takes out a password's setting and the variable that holds the password; null when that would stay.</summary>
    public static IReadOnlyList<TextChange>? RemovePassword(SourceFixContext context)
    {
        if (ValueOf(context.NodeAt(context.Span)) is not { } node || context.File.OperationOf(node) is not { } value)
            return Remove(context);
        // b.Password = configuration["p"] ?? "x1": what comes from outside stays.
        if (SecretRemoval.Fallback(value) is { } fallback)
            return [fallback];
        if (node is AssignmentExpressionSyntax)
            return Remove(context);
        return Remove(context) is { } removed
            && SecretRemoval.Of(value, [node], context) is { } others
            ? [.. removed, .. others] : null;
    }

    private static ExpressionSyntax? ValueOf(SyntaxNode setting) => setting switch
    {
        AssignmentExpressionSyntax assignment => assignment.Right,
        InvocationExpressionSyntax { ArgumentList.Arguments: { Count: >= 2 } arguments } =>
            arguments[arguments[0].NameColon is { Name.Identifier.ValueText: "value" } ? 0 : 1].Expression,
        InitializerExpressionSyntax { Expressions: { Count: 2 } pair } => pair[1],
        ExpressionStatementSyntax statement => ValueOf(statement.Expression),
        _ => null,
    };

    /// <summary>Takes out the setting that a diagnostic's key or value belongs to.</summary>
    public static IReadOnlyList<TextChange>? RemoveAround(SourceFixContext context) =>
        SettingAt(context) is { } setting ? Remove(context, setting.Span) : null;

    private static SyntaxNode? SettingAt(SourceFixContext context) => context.NodeAt(context.Span).AncestorsAndSelf()
        .FirstOrDefault(static each => each is AssignmentExpressionSyntax or InvocationExpressionSyntax);

    // x.A().B(): only .B() goes.
    private static bool IsFluent(ExpressionStatementSyntax statement, TextSpan span) =>
        statement.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver } } call
        && receiver is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax && call.Span.End == span.End;

    /// <summary>Replaces the value of the assignment or Add that a diagnostic stands on by another SslMode.</summary>
    public static IReadOnlyList<TextChange>? SetMode(SourceFixContext context, string mode) => SettingAt(context) switch
    {
        AssignmentExpressionSyntax assignment => Modes(assignment.Right, mode),
        InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments } => Modes(arguments[1].Expression, mode),
        _ => [],
    } is { Length: > 0 } changes ? changes : null;

    private static TextChange[] Modes(ExpressionSyntax value, string mode) => value switch
    {
        MemberAccessExpressionSyntax member => [new(member.Name.Span, mode)],
        LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal => [new(literal.Span, $"\"{mode}\"")],
        CastExpressionSyntax { Type: var type } cast => [new(cast.Span, $"{type}.{mode}")],
        SwitchExpressionSyntax choice => [.. choice.Arms.SelectMany(arm => Modes(arm.Expression, mode))],
        ParenthesizedExpressionSyntax parenthesized => Modes(parenthesized.Expression, mode),
        ConditionalExpressionSyntax conditional => [.. Modes(conditional.WhenTrue, mode), .. Modes(conditional.WhenFalse, mode)],
        _ => [],
    };

    /// <summary>Gives a builder that is created an SslMode.</summary>
    public static IReadOnlyList<TextChange>? AddMode(SourceFixContext context, string mode)
    {
        if (context.NodeAt(context.Span).FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { } creation)
            return null;
        var type = (creation as ObjectCreationExpressionSyntax)?.Type.ToString()
            ?? (creation.Parent?.Parent?.Parent as VariableDeclarationSyntax)?.Type.ToString() ?? "";
        var qualifier = type.LastIndexOf('.') is var dot && dot > 0 ? type.Substring(0, dot + 1) : "";
        var setting = creation.Initializer is { RawKind: (int)SyntaxKind.CollectionInitializerExpression, Expressions.Count: > 0 }
            ? $"{{ \"SslMode\", \"{mode}\" }}" : $"SslMode = {qualifier}MySqlSslMode.{mode}";
        if (creation.Initializer is { Expressions.Count: > 0 } initializer)
        {
            var first = initializer.Expressions[0];
            var lineStart = LineOf(first) != LineOf(initializer.OpenBraceToken) ? LineStart(first) : " ";
            return initializer.Expressions.SeparatorCount == initializer.Expressions.Count
                ? [new(new(initializer.Expressions.GetSeparators().Last().Span.End, 0), lineStart + setting + ",")]
                : [new(new(initializer.Expressions.Last().Span.End, 0), "," + lineStart + setting)];
        }

        if (creation.Initializer is not null)
            return [new(creation.Initializer.Span, $"{{ {setting} }}")];
        return [new(new(creation.ArgumentList?.Span.End ?? creation.Span.End, 0), $" {{ {setting} }}")];
    }

    private static int LineOf(SyntaxNodeOrToken part) => part.GetLocation()!.GetLineSpan().StartLinePosition.Line;

    // The line break before a node and its indentation, in the characters of the file.
    private static string LineStart(SyntaxNode node)
    {
        var source = node.SyntaxTree.GetText();
        var line = source.Lines.GetLineFromPosition(node.SpanStart);
        var before = source.Lines[line.LineNumber - 1];
        return source.ToString(TextSpan.FromBounds(before.End, before.EndIncludingLineBreak))
            + source.ToString(TextSpan.FromBounds(line.Start, node.SpanStart));
    }

    /// <summary><c>AddParameter(name, value)</c> becomes <c>AddParameter(name, secret: true)</c>.</summary>
    public static IReadOnlyList<TextChange>? MakeSecretParameter(SourceFixContext context) =>
        context.NodeAt(context.Span).AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault(static each =>
            each.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddParameter" })?.ArgumentList
        is { Arguments: { Count: > 1 } arguments } list
            ? [new(TextSpan.FromBounds(arguments[0].Span.End, list.CloseParenToken.SpanStart), ", secret: true")] : null;
}
