namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Takes a node out of the source together with what would make no sense without it, and leaves comments where they are.</summary>
internal static class NodeRemoval
{
    /// <summary>Takes out an expression that holds nothing else than what is to go.</summary>
    /// <param name="expression">The operand, argument or element.</param>
    /// <param name="all">All the expressions that go with the same fix: a chain of which all operands go becomes an empty string.</param>
    /// <param name="source">The text of the file.</param>
    public static IEnumerable<TextChange> Of(SyntaxNode expression, IReadOnlyList<SyntaxNode> all, SourceText source) =>
        expression.Parent switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } => Operand(expression, all, source),
            ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax call } } argument => Callee(call) switch
            {
                "Append" or "AppendLine" or "AppendLiteral" => Append(call, all, source),
                // An argument of string.Format keeps its place: the others are counted by it.
                "Concat" or "Join" => [Cut(ListItem(argument, source))],
                _ => [Empty(expression)],
            },
            // {"Pwd=x;"}
            InterpolationSyntax interpolation => [Cut(interpolation.Span)],
            InitializerExpressionSyntax => [Cut(ListItem(expression, source))],
            ExpressionElementSyntax { Parent: CollectionExpressionSyntax } element => [Cut(ListItem(element, source))],
            AssignmentExpressionSyntax
            {
                Parent: ExpressionStatementSyntax statement,
                RawKind: (int)SyntaxKind.AddAssignmentExpression
            } => [Statement(statement, source)],
            _ => [Empty(expression)],
        };

    /// <summary>Takes the characters of a span out.</summary>
    public static TextChange Cut(TextSpan span) => new(span, "");

    /// <summary>A statement with its line, when it has one for itself; the only statement of an <c>if</c> or a loop leaves an empty
    /// block.</summary>
    public static TextChange Statement(StatementSyntax statement, SourceText source) =>
        statement.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax ? Cut(WithLine(statement.Span, source))
            : new(statement.Span, "{ }");

    /// <summary>A call: its statement, or <c>.Call(…)</c> in a fluent chain.</summary>
    public static IEnumerable<TextChange> Call(InvocationExpressionSyntax call, SourceText source)
    {
        var member = call.Expression as MemberAccessExpressionSyntax;
        // () => builder.Append("…"): what is left of the lambda does nothing.
        if (member is { Expression: not InvocationExpressionSyntax } && call.Parent is AnonymousFunctionExpressionSyntax)
            return [new(call.Span, "{ }")];
        if (member is not null && (call.Parent is not ExpressionStatementSyntax || member.Expression is InvocationExpressionSyntax))
        {
            var start = member.OperatorToken.SpanStart;
            while (start > member.Expression.Span.End && char.IsWhiteSpace(source[start - 1]))
                start--;
            return [Cut(TextSpan.FromBounds(start, call.Span.End))];
        }

        return call.Parent is ExpressionStatementSyntax statement ? [Statement(statement, source)] : [];
    }

    /// <summary>An element of an initializer, an argument list or a collection, with one of its commas.</summary>
    public static TextSpan ListItem(SyntaxNode item, SourceText source)
    {
        var commas = item.Parent!.ChildTokens().Where(static token => token.IsKind(SyntaxKind.CommaToken)).ToArray();
        var index = commas.Count(comma => comma.SpanStart < item.SpanStart);
        if (index < commas.Length)
        {
            // The comma behind, and the blanks up to the next item on the same line.
            return WithLine(TextSpan.FromBounds(item.SpanStart, commas[index].Span.End), source);
        }

        if (index > 0)
            return TextSpan.FromBounds(commas[index - 1].SpanStart, item.Span.End);
        // The only item: of the blanks around it one stays.
        return item.Span.End < source.Length && source[item.Span.End] == ' ' ? TextSpan.FromBounds(item.SpanStart, item.Span.End + 1)
            : item.Span;
    }

    /// <summary>A span with its line, when it has one for itself, else with the blanks behind it.</summary>
    public static TextSpan WithLine(TextSpan span, SourceText source)
    {
        var first = source.Lines.GetLineFromPosition(span.Start);
        var last = source.Lines.GetLineFromPosition(span.End);
        if (IsBlank(source, first.Start, span.Start) && IsBlank(source, span.End, last.End))
            return TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak);
        var end = span.End;
        while (end < last.End && source[end] == ' ')
            end++;
        return TextSpan.FromBounds(span.Start, end);
    }

    private static TextChange Empty(SyntaxNode expression) => new(expression.Span, "\"\"");

    private static string? Callee(InvocationExpressionSyntax call) =>
        (call.Expression as MemberAccessExpressionSyntax)?.Name.Identifier.ValueText;

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
                return call == first ? [Statement(statement, source)] : [];
            first = inner;
        }

        return Call(call, source);
    }

    private static TextChange[] Operand(SyntaxNode operand, IReadOnlyList<SyntaxNode> all, SourceText source)
    {
        var top = (BinaryExpressionSyntax)operand.Parent!;
        while (top.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } outer)
            top = outer;
        var operands = new List<SyntaxNode>();
        var operators = new List<SyntaxToken>();
        SyntaxNode current = top;
        for (; current is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } add; current = add.Left)
        {
            operands.Insert(0, add.Right);
            operators.Insert(0, add.OperatorToken);
        }

        operands.Insert(0, current);
        var index = operands.IndexOf(operand);
        if (operands.All(all.Contains))
            return index == 0 ? [Empty(top)] : [];
        // The operator before the operand goes with it; before the first that stays, the one behind.
        return operands.Take(index).All(all.Contains)
            ? Between(operand.Span, operators[index].Span, takeBlanksBefore: false, source)
            : Between(operators[index - 1].Span, operand.Span, takeBlanksBefore: true, source);
    }

    // Two spans that go, with the blanks between and around them; a comment between them stays.
    private static TextChange[] Between(TextSpan first, TextSpan second, bool takeBlanksBefore, SourceText source)
    {
        var (start, end) = (first.Start, second.End);
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

        return IsBlank(source, first.End, second.Start) ? [Cut(TextSpan.FromBounds(start, end))]
            : [Cut(TextSpan.FromBounds(start, first.End)), Cut(TextSpan.FromBounds(second.Start, end))];
    }

    private static bool IsInLineComment(int position, SourceText source) =>
        source.ToString(TextSpan.FromBounds(source.Lines.GetLineFromPosition(position).Start, position)).Has("//");

    private static bool IsBlank(SourceText source, int from, int to) =>
        string.IsNullOrWhiteSpace(source.ToString(TextSpan.FromBounds(from, to)));
}
