namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Edits of settings that are made by code: an assignment, an element of an initializer, a call.</summary>
internal static class SettingEdits
{
    /// <summary>Takes out the setting that a diagnostic stands on, or says null when something else hangs on its value.</summary>
    public static IReadOnlyList<TextChange>? Remove(SyntaxNode root, TextSpan span, SourceText source)
    {
        var node = root.FindNode(span, getInnermostNodeForTie: true);
        for (var current = node; current is ExpressionStatementSyntax || current is not null
            && (current.Span.End == span.End || span.Contains(current.Span)); current = current.Parent)
        {
            switch (current)
            {
                // b.Server = b.Password = "…": the rest of the chain stays.
                case AssignmentExpressionSyntax { Right: AssignmentExpressionSyntax rest } chained when chained.Span == span:
                    return new[] { new TextChange(TextSpan.FromBounds(chained.SpanStart, rest.SpanStart), "") };
                case AssignmentExpressionSyntax { Parent: AssignmentExpressionSyntax } inner when inner.Span == span:
                    return new[] { new TextChange(TextSpan.FromBounds(inner.SpanStart, inner.Right.SpanStart), "") };
                case ExpressionStatementSyntax statement:
                    return IsFluent(statement, span)
                        ? NodeRemoval.Call((InvocationExpressionSyntax)statement.Expression, source).ToArray()
                        : new[] { NodeRemoval.Statement(statement, source) };
                case ExpressionSyntax expression when expression.Parent is InitializerExpressionSyntax initializer:
                    return new[]
                    {
                        new TextChange(NodeRemoval.ListItem(expression, initializer.Expressions.GetSeparators(),
                            initializer.Expressions.IndexOf(expression), initializer.Expressions.Count, source), ""),
                    };
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
                    return NodeRemoval.Call(call, source).ToArray();
            }
        }

        return null;
    }

    /// <summary>Takes out a password's setting and the variable that holds the password; null when that would stay.</summary>
    public static IReadOnlyList<TextChange>? RemovePassword(SourceFixContext context)
    {
        if (ValueOf(context.Root.FindNode(context.Span, getInnermostNodeForTie: true)) is not { } node
            || context.File.OperationOf(node) is not { } value)
            return Remove(context.Root, context.Span, context.Source);
        // b.Password = configuration["p"] ?? "x1": what comes from outside stays.
        if (SecretRemoval.Fallback(value) is { } fallback)
            return new[] { fallback };
        if (node is AssignmentExpressionSyntax)
            return Remove(context.Root, context.Span, context.Source);
        return Remove(context.Root, context.Span, context.Source) is { } removed
            && SecretRemoval.Of(value, [node], context.Model, context.Source, context.CancellationToken) is { } others
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
    public static IReadOnlyList<TextChange>? RemoveAround(SyntaxNode root, TextSpan span, SourceText source)
    {
        var setting = root.FindNode(span, getInnermostNodeForTie: true).AncestorsAndSelf()
            .FirstOrDefault(static each => each is AssignmentExpressionSyntax or InvocationExpressionSyntax);
        return setting is null ? null : Remove(root, setting.Span, source);
    }

    // x.A().B(): only .B() goes.
    private static bool IsFluent(ExpressionStatementSyntax statement, TextSpan span) =>
        statement.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver } } call
        && receiver is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax && call.Span.End == span.End;

    /// <summary>Replaces the value of the assignment or Add that a diagnostic stands on by another SslMode.</summary>
    public static IReadOnlyList<TextChange>? SetMode(SyntaxNode root, TextSpan span, string mode)
    {
        var node = root.FindNode(span, getInnermostNodeForTie: true).AncestorsAndSelf()
            .FirstOrDefault(each => each is AssignmentExpressionSyntax or InvocationExpressionSyntax);
        var value = node switch
        {
            AssignmentExpressionSyntax assignment => assignment.Right,
            InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments } => arguments[1].Expression,
            _ => null,
        };
        return value is null ? null : Modes(value, mode).ToArray() is { Length: > 0 } changes ? changes : null;
    }

    private static IEnumerable<TextChange> Modes(ExpressionSyntax value, string mode)
    {
        switch (value)
        {
            case MemberAccessExpressionSyntax member:
                yield return new TextChange(member.Name.Span, mode);
                break;
            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal:
                yield return new TextChange(literal.Span, $"\"{mode}\"");
                break;
            case CastExpressionSyntax { Type: var type } cast:
                yield return new TextChange(cast.Span, $"{type}.{mode}");
                break;
            case SwitchExpressionSyntax choice:
                foreach (var change in choice.Arms.SelectMany(arm => Modes(arm.Expression, mode)))
                    yield return change;
                break;
            case ParenthesizedExpressionSyntax parenthesized:
                foreach (var change in Modes(parenthesized.Expression, mode))
                    yield return change;
                break;
            case ConditionalExpressionSyntax conditional:
                foreach (var change in Modes(conditional.WhenTrue, mode).Concat(Modes(conditional.WhenFalse, mode)))
                    yield return change;
                break;
        }
    }

    /// <summary>Gives a builder that is created an SslMode.</summary>
    public static IReadOnlyList<TextChange>? AddMode(SyntaxNode root, TextSpan span, string mode)
    {
        if (root.FindNode(span, getInnermostNodeForTie: true).FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { } creation)
            return null;
        var type = (creation as ObjectCreationExpressionSyntax)?.Type.ToString()
            ?? (creation.Parent?.Parent?.Parent as VariableDeclarationSyntax)?.Type.ToString() ?? "";
        var qualifier = type.LastIndexOf('.') is var dot && dot > 0 ? type.Substring(0, dot + 1) : "";
        var setting = creation.Initializer is { RawKind: (int)SyntaxKind.CollectionInitializerExpression, Expressions.Count: > 0 }
            ? $"{{ \"SslMode\", \"{mode}\" }}" : $"SslMode = {qualifier}MySqlSslMode.{mode}";
        if (creation.Initializer is { Expressions.Count: > 0 } initializer)
        {
            var last = initializer.Expressions[initializer.Expressions.Count - 1];
            var first = initializer.Expressions[0];
            var multiLine = first.GetLocation().GetLineSpan().StartLinePosition.Line != initializer.OpenBraceToken.GetLocation()
                .GetLineSpan().StartLinePosition.Line;
            var separator = multiLine ? "," + LineStart(first) : ", ";
            if (initializer.Expressions.SeparatorCount == initializer.Expressions.Count)
                return new[] { new TextChange(new TextSpan(initializer.Expressions.GetSeparator(initializer.Expressions.Count - 1)
                .Span.End, 0), separator.TrimStart(',') + setting + ",") };
            return new[] { new TextChange(new TextSpan(last.Span.End, 0), separator + setting) };
        }

        if (creation.Initializer is not null)
            return new[] { new TextChange(creation.Initializer.Span, $"{{ {setting} }}") };
        var end = creation.ArgumentList?.Span.End ?? creation.Span.End;
        return new[] { new TextChange(new TextSpan(end, 0), $" {{ {setting} }}") };
    }

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
    public static IReadOnlyList<TextChange>? MakeSecretParameter(SyntaxNode root, TextSpan span)
    {
        var call = root.FindNode(span, getInnermostNodeForTie: true).AncestorsAndSelf().OfType<InvocationExpressionSyntax>()
            .FirstOrDefault(each => each.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AddParameter" });
        if (call is null || call.ArgumentList.Arguments.Count < 2)
            return null;
        return new[] { new TextChange(TextSpan.FromBounds(call.ArgumentList.Arguments[0].Span.End,
            call.ArgumentList.CloseParenToken.SpanStart), ", secret: true") };
    }
}
