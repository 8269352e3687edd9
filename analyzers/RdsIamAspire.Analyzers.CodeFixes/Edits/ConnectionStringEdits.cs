namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Edits of a connection string where it is written. All are changes of characters in the source, so that formatting and comments
/// stay as they are.</summary>
internal static class ConnectionStringEdits
{
    /// <summary>The composed string and its pair that a diagnostic stands on, or null when it stands on no string.</summary>
    public static (StringValue Text, ConnectionStringPair Pair)? Find(SourceFixContext context) =>
        // What the diagnostic covers, or where it begins: a format string and its argument are two pieces of one string.
        Find(PieceOf(context.NodeAt(context.Span), context), context, exact: true)
            ?? Find(PieceOf(context.Root.FindToken(context.Span.Start).Parent, context), context, exact: false);

    private static (StringValue Text, ConnectionStringPair Pair)? Find(SyntaxNode? piece, SourceFixContext context, bool exact)
    {
        if (piece is null)
            return null;
        var text = StringPieces.Value(piece, context.File);
        var pairs = text.Parsed.Pairs.Select(pair => (Pair: pair, At: text.SpanOf(pair.Start, pair.End))).ToList();
        var index = pairs.FindIndex(pair => pair.At == context.Span);
        if (index < 0 && !exact)
            index = pairs.FindIndex(pair => pair.At.IntersectsWith(context.Span));
        return index < 0 ? null : (text, pairs[index].Pair);
    }

    /// <summary>A URI (<c>mysql://user:password@host</c>) that a diagnostic's password stands in, with the characters that go with the
    /// password.</summary>
    public static (StringValue Text, int Start, int End)? FindOtherForm(SourceFixContext context)
    {
        if (PieceOf(context.Root.FindToken(context.Span.Start).Parent, context) is not { } piece
            || StringPieces.Value(piece, context.File) is not { } text || UriPassword.Find(text.Text) is not { } password
            || text.SpanOf(password.Start, password.End) != context.Span)
            return null;
        var (start, end) = UriPassword.Removal(text.Text, password);
        return (text, start, end);
    }

    // The literal that a node is, or the chain or interpolated string that it is part of.
    private static SyntaxNode? PieceOf(SyntaxNode? node, SourceFixContext context)
    {
        SyntaxNode? piece = node?.FirstAncestorOrSelf<ExpressionSyntax>();
        if (piece?.Parent is MemberAccessExpressionSyntax member && member.Name == piece)
            piece = member;
        return piece is null ? null : context.File.Language.Top(piece);
    }

    /// <summary>Takes a pair out: its characters, and the operands, arguments, calls and statements that hold nothing else.</summary>
    public static IReadOnlyList<TextChange>? Remove(StringValue text, ConnectionStringPair pair, SourceFixContext context)
    {
        // The password itself says what has to go with it; its key may come from anywhere.
        if (pair.Kind == MySqlKey.Password && text.Parts
            .Select(part => part.Operation is { } value && part.Start < pair.ValueEnd && part.End > pair.ValueStart
                ? SecretRemoval.Fallback(value) : null).FirstOrDefault(static change => change is not null) is { } change)
            return [change];
        var (start, end) = PairRange.Of(text.Text, pair);
        // A semicolon before it that stands in a constant stays there: one at the end of a string does no harm.
        return Remove(text, start, end, (pair.ValueStart, pair.ValueEnd), context)
            ?? Remove(text, pair.Start, pair.End, (pair.ValueStart, pair.ValueEnd), context);
    }

    /// <summary>Takes a range of characters out, with the operands, arguments, calls and statements that hold nothing else.</summary>
    public static IReadOnlyList<TextChange>? Remove(StringValue text, int start, int end, (int Start, int End) secret,
        SourceFixContext context)
    {
        var changes = new List<TextChange>();
        var emptied = new List<SyntaxNode>();
        foreach (var part in text.Parts)
        {
            if (part.End <= start || part.Start >= end || part.Length == 0)
                continue;
            var whole = part.Start >= start && part.End <= end;
            if (part.Kind == StringPartKind.Inserted)
                continue;
            if (part.Kind == StringPartKind.Literal
                && !(whole && part.TokenStart == 0 && part.Token.ValueText.Length == part.Length && part.Node is ExpressionSyntax))
            {
                changes.Add(NodeRemoval.Cut(part.SpanOf(start, end)));
            }
            else if (!whole)
            {
                // A constant that holds more than this pair is changed where it is written, by its own diagnostic or by hand.
                return null;
            }
            else if (part.Node is InterpolationSyntax)
            {
                changes.Add(NodeRemoval.Cut(part.Node.Span));
            }
            else
            {
                emptied.Add(Outermost(part.Node));
                if (FormatItem(text, part) is { } item)
                    changes.Add(NodeRemoval.Cut(item));
            }
        }

        changes.AddRange(emptied.SelectMany(node => NodeRemoval.Of(node, emptied, context.Source)));
        var removed = text.Parts.Where(part => part.Start < end && part.End > start).Select(static part => part.Node).ToArray();
        foreach (var part in text.Parts.Where(part => part.Kind == StringPartKind.Reference && part.End > secret.Start
            && part.Start < secret.End && part.Operation is not null))
        {
            if (SecretRemoval.Of(part.Operation!, removed, context) is not { } others)
                return null;
            changes.AddRange(others);
        }

        return changes.Count == 0 ? null : changes;
    }

    private static SyntaxNode Outermost(SyntaxNode node)
    {
        while (node.Parent is ParenthesizedExpressionSyntax)
            node = node.Parent;
        return node;
    }

    // The {1} of a format string that an argument fills: the gap between the runs of the format's text.
    private static TextSpan? FormatItem(StringValue text, StringPart part)
    {
        var index = text.Parts.ToList().FindLastIndex(each => each.Start == part.Start && each.Node == part.Node);
        if (index < 1 || text.Parts[index - 1] is not { Kind: StringPartKind.Literal, Node: LiteralExpressionSyntax } before)
            return null;
        var from = before.TokenStart + before.Length;
        var value = before.Token.ValueText;
        if (from >= value.Length || value[from] != '{' || value.IndexOf('}', from) < 0)
            return null;
        return StringPart.TokenSpan(before.Token, from, value.IndexOf('}', from) + 1 - from);
    }

    /// <summary>Puts in what a rejected option was meant to be: a value ("=VerifyCA"), a whole pair ("SslMode=VerifyFull") or a
    /// key.</summary>
    public static IReadOnlyList<TextChange>? SetOption(StringValue text, ConnectionStringPair pair, string option) =>
        option[0] == '=' ? SetValue(text, pair, option.Substring(1))
        : option.IndexOf('=') > 0 ? Replace(text, pair.Start, pair.ValueEnd, option)
        : Replace(text, pair.Start, pair.Start + pair.Key.Length, option);

    /// <summary>Puts another value in a pair, when the value is written in one piece.</summary>
    public static IReadOnlyList<TextChange>? SetValue(StringValue text, ConnectionStringPair pair, string value) =>
        Replace(text, pair.ValueStart, pair.ValueEnd, value);

    /// <summary>Takes all the pairs with a password out.</summary>
    public static IReadOnlyList<TextChange>? RemovePasswords(StringValue text, SourceFixContext context)
    {
        var changes = new List<TextChange>();
        var pairs = text.Parsed.Pairs;
        for (var i = 0; i < pairs.Length; i++)
        {
            if (pairs[i].Kind != MySqlKey.Password || pairs[i].Value.Length == 0)
                continue;
            // Neighbours go as one, so that no semicolon is taken twice.
            var first = pairs[i];
            while (i + 1 < pairs.Length && pairs[i + 1].Kind == MySqlKey.Password && pairs[i + 1].Value.Length > 0)
                i++;
            var range = new ConnectionStringPair(first.Key, "-", first.Start, first.ValueStart, pairs[i].ValueEnd, pairs[i].End);
            if (Remove(text, range, context) is not { } removed)
                return null;
            changes.AddRange(removed);
        }

        return changes.Count == 0 ? null : changes;
    }

    /// <summary>Adds a pair behind another.</summary>
    public static IReadOnlyList<TextChange>? AddBehind(StringValue text, ConnectionStringPair pair, string added)
    {
        // Behind the semicolon if the pair has one, else at the end of the text.
        var hasSemicolon = pair.End > pair.ValueEnd && text.Text[pair.End - 1] == ';';
        var at = hasSemicolon ? pair.End - 1 : pair.ValueEnd;
        foreach (var part in text.Parts)
        {
            if (part.Kind == StringPartKind.Inserted && hasSemicolon && at >= part.Start && at < part.End)
                return null;
            if (part.Kind == StringPartKind.Literal && at >= part.Start
                && (at < part.End || at == part.End && !hasSemicolon && part.End == text.Text.Length))
            {
                var position = part.SpanOf(at, hasSemicolon ? at + 1 : at).End;
                return Position(part, position) ? [new(new(position, 0), hasSemicolon ? added + ";" : ";" + added)] : null;
            }
        }

        var last = text.Parts[text.Parts.Count - 1];
        if (hasSemicolon || last.Node is not (ExpressionSyntax or InterpolationSyntax))
            return null;
        if (last.Node is InterpolationSyntax)
            return [new TextChange(new TextSpan(last.Node.Span.End, 0), ";" + added)];
        return last.Node.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }
            ? [new TextChange(new TextSpan(last.Node.Span.End, 0), $" + \";{added}\"")]
            : null;
    }

    // A token that could not be mapped back has its whole span: nothing is put in there.
    private static bool Position(StringPart part, int position) =>
        SourceLanguage.Of(part.Token.Language).Offsets(part.Token) is not null
        && position >= part.Token.SpanStart && position <= part.Token.Span.End;

    private static TextChange[]? Replace(StringValue text, int start, int end, string replacement) =>
        text.Parts.FirstOrDefault(part => part.Kind == StringPartKind.Literal && part.Start <= start && part.End >= end
            && SourceLanguage.Of(part.Token.Language).Offsets(part.Token) is not null) is { } whole
            ? [new(whole.SpanOf(start, end), replacement)] : null;
}
