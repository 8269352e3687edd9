namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Takes a node out of the source together with what would make no sense without it, and leaves comments where they are.</summary>
internal static class NodeRemoval
{
    /// <summary>Takes out an expression that holds nothing else than what is to go.</summary>
    /// <param name="expression">The operand, argument or element.</param>
    /// <param name="all">All the expressions that go with the same fix: a chain of which all operands go becomes an empty string.</param>
    /// <param name="source">The text of the file.</param>
    public static IEnumerable<TextChange> Of(SyntaxNode expression, IReadOnlyList<SyntaxNode> all, SourceText source)
    {
        switch (expression.Parent)
        {
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }: return Operand(expression, all, source);
            case ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } arguments } argument:
                if (call.Expression is MemberAccessExpressionSyntax
                    {
                        Name.Identifier.ValueText: "Append" or "AppendLine"
                    or "AppendLiteral"
                    })
                    return Append(call, all, source);
                // An argument of string.Format keeps its place: the others are counted by it.
                if (call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Concat" or "Join" })
                    return new[] { new TextChange(ListItem(argument, arguments.Arguments.GetSeparators(),
                    arguments.Arguments.IndexOf(argument), arguments.Arguments.Count, source), "") };
                break;
            // {"Pwd=x;"}
            case InterpolationSyntax interpolation: return new[] { new TextChange(interpolation.Span, "") };
            case InitializerExpressionSyntax initializer:
                return new[] { new TextChange(ListItem(expression, initializer.Expressions.GetSeparators(),
                    initializer.Expressions.IndexOf((ExpressionSyntax)expression), initializer.Expressions.Count, source), "") };
            case ExpressionElementSyntax { Parent: CollectionExpressionSyntax collection } element:
                return new[] { new TextChange(ListItem(element, collection.Elements.GetSeparators(), collection.Elements.IndexOf(element),
                    collection.Elements.Count, source), "") };
            case AssignmentExpressionSyntax
            {
                Parent: ExpressionStatementSyntax statement,
                RawKind: (int)SyntaxKind.AddAssignmentExpression
            }:
                return new[] { Statement(statement, source) };
        }

        return new[] { new TextChange(expression.Span, "\"\"") };
    }

    /// <summary>A statement with its line, when it has one for itself; the only statement of an <c>if</c> or a loop leaves an empty
    /// block.</summary>
    public static TextChange Statement(StatementSyntax statement, SourceText source) =>
        statement.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax
        ? new TextChange(WithLine(statement.Span, source), "") : new TextChange(statement.Span, "{ }");

    // s.Append("Pwd=").Append("x"): of a statement whose calls all go, nothing is left that could be one.
    private static IEnumerable<TextChange> Append(InvocationExpressionSyntax call, IReadOnlyList<SyntaxNode> all, SourceText source)
    {
        var last = call;
        while (last.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax outer })
            last = outer;
        if (last.Parent is not ExpressionStatementSyntax statement)
            return Call(call, source);
        var first = last;
        while (first.ArgumentList.Arguments is { Count: 1 } arguments && all.Contains(arguments[0].Expression))
        {
            if (first.Expression is not MemberAccessExpressionSyntax { Expression: InvocationExpressionSyntax inner })
                return call == first ? new[] { Statement(statement, source) } : Array.Empty<TextChange>();
            first = inner;
        }

        return Call(call, source);
    }

    /// <summary>A call: its statement, or <c>.Call(…)</c> in a fluent chain.</summary>
    public static IEnumerable<TextChange> Call(InvocationExpressionSyntax call, SourceText source)
    {
        // () => builder.Append("…"): what is left of the lambda does nothing.
        if (call is
            {
                Expression: MemberAccessExpressionSyntax { Expression: not InvocationExpressionSyntax },
                Parent: AnonymousFunctionExpressionSyntax
            })
            return new[] { new TextChange(call.Span, "{ }") };
        if (call.Expression is MemberAccessExpressionSyntax member
            && (call.Parent is not ExpressionStatementSyntax || member.Expression is InvocationExpressionSyntax))
        {
            var start = member.OperatorToken.SpanStart;
            while (start > member.Expression.Span.End && char.IsWhiteSpace(source[start - 1]))
                start--;
            return new[] { new TextChange(TextSpan.FromBounds(start, call.Span.End), "") };
        }

        return call.Parent is ExpressionStatementSyntax statement ? new[] { Statement(statement, source) } : Array.Empty<TextChange>();
    }

    /// <summary>An element of an initializer, an argument list or a collection, with one of its commas.</summary>
    public static TextSpan ListItem(SyntaxNode item, IEnumerable<SyntaxToken> separators, int index, int count, SourceText source)
    {
        var commas = separators.ToArray();
        if (index < commas.Length && (index > 0 || count > 0))
        {
            // The comma behind, and the blanks up to the next item on the same line.
            var end = commas[index].Span.End;
            if (IsAloneOnLine(TextSpan.FromBounds(item.SpanStart, end), source))
                return WithLine(TextSpan.FromBounds(item.SpanStart, end), source);
            while (end < source.Length && source[end] == ' ')
                end++;
            return TextSpan.FromBounds(item.SpanStart, end);
        }

        if (index > 0)
            return TextSpan.FromBounds(commas[index - 1].SpanStart, item.Span.End);
        // The only item: of the blanks around it one stays.
        return item.Span.End < source.Length && source[item.Span.End] == ' ' ? TextSpan.FromBounds(item.SpanStart, item.Span.End + 1)
            : item.Span;
    }

    private static TextChange[] Operand(SyntaxNode operand, IReadOnlyList<SyntaxNode> all, SourceText source)
    {
        var top = (BinaryExpressionSyntax)operand.Parent!;
        while (top.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } outer)
            top = outer;
        var operands = new List<SyntaxNode>();
        var operators = new List<SyntaxToken>();
        SyntaxNode current = top;
        while (current is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } add)
        {
            operands.Insert(0, add.Right);
            operators.Insert(0, add.OperatorToken);
            current = add.Left;
        }

        operands.Insert(0, current);
        var index = operands.IndexOf(operand);
        var kept = operands.Where(each => !all.Contains(each)).ToArray();
        if (kept.Length == 0)
            return index == 0 ? new[] { new TextChange(top.Span, "\"\"") } : Array.Empty<TextChange>();
        // The operator before the operand goes with it; before the first that stays, the one behind.
        return operands.Take(index).Any(each => !all.Contains(each))
            ? Between(operators[index - 1].Span, operand.Span, takeBlanksBefore: true, source)
            : Between(operand.Span, operators[index].Span, takeBlanksBefore: false, source);
    }

    // Two spans that go, with the blanks between and around them; a comment between them stays.
    private static TextChange[] Between(TextSpan first, TextSpan second, bool takeBlanksBefore, SourceText source)
    {
        var start = first.Start;
        var end = second.End;
        if (takeBlanksBefore)
        {
            while (start > 0 && char.IsWhiteSpace(source[start - 1]))
                start--;
            // A line comment before must keep its line break.
            if (IsInLineComment(start, source))
                start = first.Start;
        }
        else
        {
            while (end < source.Length && char.IsWhiteSpace(source[end]))
                end++;
        }

        if (IsBlank(source, first.End, second.Start))
            return new[] { new TextChange(TextSpan.FromBounds(start, end), "") };
        return new[] { new TextChange(TextSpan.FromBounds(start, first.End), ""),
            new TextChange(TextSpan.FromBounds(second.Start, end), "") };
    }

    private static bool IsInLineComment(int position, SourceText source)
    {
        var line = source.Lines.GetLineFromPosition(position);
        return source.ToString(TextSpan.FromBounds(line.Start, position)).IndexOf("//", StringComparison.Ordinal) >= 0;
    }

    private static bool IsBlank(SourceText source, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (!char.IsWhiteSpace(source[i]))
                return false;
        }

        return true;
    }

    private static bool IsAloneOnLine(TextSpan span, SourceText source)
    {
        var first = source.Lines.GetLineFromPosition(span.Start);
        var last = source.Lines.GetLineFromPosition(span.End);
        return IsBlank(source, first.Start, span.Start) && IsBlank(source, span.End, last.End);
    }

    /// <summary>A span with its line, when it has one for itself, else with the blanks behind it.</summary>
    public static TextSpan WithLine(TextSpan span, SourceText source)
    {
        var first = source.Lines.GetLineFromPosition(span.Start);
        var last = source.Lines.GetLineFromPosition(span.End);
        if (IsAloneOnLine(span, source))
            return TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak);
        var end = span.End;
        while (end < last.End && source[end] == ' ')
            end++;
        return TextSpan.FromBounds(span.Start, end);
    }
}
