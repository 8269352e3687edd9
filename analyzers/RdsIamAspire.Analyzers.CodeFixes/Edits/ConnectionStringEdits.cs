using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Sources;

namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>
/// Edits of a connection string where it is written. All are changes of characters in the source, so that formatting and comments stay as they
/// are.
/// </summary>
internal static class ConnectionStringEdits
{
    /// <summary>The composed string and its pair that a diagnostic stands on, or null when it stands on no string.</summary>
    public static (ComposedText Text, ConnectionStringPair Pair)? Find(SyntaxNode root, SemanticModel model, TextSpan span, CancellationToken cancellationToken)
    {
        if (PieceAt(root, span) is not { } piece || TextComposer.Around(piece, model, cancellationToken) is not { } text)
            return null;
        ConnectionStringPair? touching = null;
        foreach (var pair in text.Parsed.Pairs)
        {
            var at = text.SpanOf(pair.Start, pair.End);
            if (at == span)
                return (text, pair);
            if (at.IntersectsWith(span) && touching is null)
                touching = pair;
        }

        return touching is { } found ? (text, found) : null;
    }

    /// <summary>A URI (<c>mysql://user:password@host</c>) or variable (<c>MYSQL_PWD=…</c>) that a diagnostic's password stands in, with the characters that go with the password.</summary>
    public static (ComposedText Text, int Start, int End)? FindOtherForm(SyntaxNode root, SemanticModel model, TextSpan span, CancellationToken cancellationToken)
    {
        if (PieceAt(root, span) is not { } piece || TextComposer.Around(piece, model, cancellationToken) is not { } text)
            return null;
        if (UriPassword.Find(text.Text) is not { } password || text.SpanOf(password.Start, password.End) != span)
            return null;
        var (start, end) = UriPassword.Removal(text.Text, password);
        return (text, start, end);
    }

    // The literal at a position, or the chain or interpolated string that it is part of.
    private static ExpressionSyntax? PieceAt(SyntaxNode root, TextSpan span)
    {
        var node = root.FindToken(span.Start).Parent;
        if (node is InterpolatedStringTextSyntax or InterpolationSyntax)
            node = node.Parent;
        while (node is not (null or ExpressionSyntax))
            node = node.Parent;
        var expression = node as ExpressionSyntax;
        while (expression is not null)
        {
            switch (expression.Parent)
            {
                case ParenthesizedExpressionSyntax parenthesized:
                    expression = parenthesized;
                    break;
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } chain:
                    expression = chain;
                    break;
                case MemberAccessExpressionSyntax member when member.Name == expression:
                    expression = member;
                    break;
                case InterpolationSyntax { Parent: InterpolatedStringExpressionSyntax interpolated }:
                    expression = interpolated;
                    break;
                default:
                    return expression;
            }
        }

        return null;
    }

    /// <summary>Takes a pair out: its characters, and the operands, arguments, calls and statements that hold nothing else.</summary>
    public static IReadOnlyList<TextChange>? Remove(ComposedText text, ConnectionStringPair pair, SourceText source)
    {
        var (start, end) = PairRange.Of(text.Text, pair);
        return Remove(text, start, end, source);
    }

    /// <summary>Takes a range of characters out, with the operands, arguments, calls and statements that hold nothing else.</summary>
    public static IReadOnlyList<TextChange>? Remove(ComposedText text, int start, int end, SourceText source)
    {
        var changes = new List<TextChange>();
        var emptied = new List<SyntaxNode>();
        foreach (var part in text.Parts)
        {
            if (part.End <= start || part.Start >= end || part.Length == 0)
                continue;
            var whole = part.Start >= start && part.End <= end;
            switch (part.Kind)
            {
                case TextPartKind.Inserted:
                    break;
                case TextPartKind.Literal when whole && part.TokenStart == 0 && part.Token.ValueText.Length == part.Length && part.Node is ExpressionSyntax:
                    emptied.Add(part.Node);
                    if (FormatItem(text, part) is { } filled)
                        changes.Add(new TextChange(filled, ""));
                    break;
                case TextPartKind.Literal:
                    changes.Add(new TextChange(ComposedText.SpanOf(part, start, end), ""));
                    break;
                case var _ when !whole:
                    // A constant that holds more than this pair is changed where it is written, by its own diagnostic or by hand.
                    return null;
                case var _ when part.Node is InterpolationSyntax:
                    changes.Add(new TextChange(part.Node.Span, ""));
                    break;
                default:
                    emptied.Add(part.Node);
                    if (FormatItem(text, part) is { } item)
                        changes.Add(new TextChange(item, ""));
                    break;
            }
        }

        foreach (var node in emptied)
            changes.AddRange(NodeRemoval.Of(node, emptied, source));
        return changes.Count == 0 ? null : changes;
    }

    // The {1} of a format string that an argument fills: the gap between the runs of the format's text.
    private static TextSpan? FormatItem(ComposedText text, TextPart part)
    {
        var index = -1;
        for (var i = 0; i < text.Parts.Length; i++)
        {
            if (text.Parts[i].Start == part.Start && text.Parts[i].Node == part.Node)
                index = i;
        }

        if (index < 1 || text.Parts[index - 1] is not { Kind: TextPartKind.Literal, Node: LiteralExpressionSyntax } before)
            return null;
        var from = before.TokenStart + before.Length;
        var value = before.Token.ValueText;
        if (from >= value.Length || value[from] != '{' || value.IndexOf('}', from) < 0)
            return null;
        return LiteralOffsets.SpanOf(before.Token, from, value.IndexOf('}', from) + 1 - from);
    }

    /// <summary>Puts another value in a pair, when the value is written in one piece.</summary>
    public static IReadOnlyList<TextChange>? SetValue(ComposedText text, ConnectionStringPair pair, string value) =>
        Replace(text, pair.ValueStart, pair.ValueEnd, value);

    /// <summary>Puts another key in a pair, when the key is written in one piece.</summary>
    public static IReadOnlyList<TextChange>? SetKey(ComposedText text, ConnectionStringPair pair, string key) =>
        Replace(text, pair.Start, pair.Start + pair.Key.Length, key);

    /// <summary>Puts another pair in place of one that is written in one piece.</summary>
    public static IReadOnlyList<TextChange>? SetPair(ComposedText text, ConnectionStringPair pair, string added) =>
        Replace(text, pair.Start, pair.ValueEnd, added);

    /// <summary>Takes all the pairs with a password out.</summary>
    public static IReadOnlyList<TextChange>? RemovePasswords(ComposedText text, SourceText source)
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
            var range = new ConnectionStringPair(first.Key, "", first.Start, first.ValueStart, pairs[i].ValueEnd, pairs[i].End);
            if (Remove(text, range, source) is not { } removed)
                return null;
            changes.AddRange(removed);
        }

        return changes.Count == 0 ? null : changes;
    }

    /// <summary>Adds a pair behind another.</summary>
    public static IReadOnlyList<TextChange>? AddBehind(ComposedText text, ConnectionStringPair pair, string added)
    {
        // Behind the semicolon if the pair has one, else at the end of the text.
        var hasSemicolon = pair.End > pair.ValueEnd && text.Text[pair.End - 1] == ';';
        var at = hasSemicolon ? pair.End - 1 : pair.ValueEnd;
        foreach (var part in text.Parts)
        {
            if (part.Kind == TextPartKind.Inserted && hasSemicolon && at >= part.Start && at < part.End)
                return null;
            if (part.Kind == TextPartKind.Literal && at >= part.Start && (at < part.End || at == part.End && !hasSemicolon && part.End == text.Text.Length))
            {
                var position = ComposedText.SpanOf(part, at, hasSemicolon ? at + 1 : at).End;
                return Position(part, position) ? new[] { new TextChange(new TextSpan(position, 0), hasSemicolon ? added + ";" : ";" + added) } : null;
            }
        }

        var last = text.Parts[text.Parts.Length - 1];
        if (hasSemicolon || last.Node is not (ExpressionSyntax or InterpolationSyntax))
            return null;
        if (last.Node is InterpolationSyntax)
            return new[] { new TextChange(new TextSpan(last.Node.Span.End, 0), ";" + added) };
        return last.Node.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }
            ? new[] { new TextChange(new TextSpan(last.Node.Span.End, 0), $" + \";{added}\"") }
            : null;
    }

    // A token that could not be mapped back has its whole span: nothing is put in there.
    private static bool Position(in TextPart part, int position) =>
        LiteralOffsets.Of(part.Token) is not null && position >= part.Token.SpanStart && position <= part.Token.Span.End;

    private static TextChange[]? Replace(ComposedText text, int start, int end, string replacement)
    {
        foreach (var part in text.Parts)
        {
            if (part.Kind == TextPartKind.Literal && part.Start <= start && part.End >= end && LiteralOffsets.Of(part.Token) is not null)
                return new[] { new TextChange(ComposedText.SpanOf(part, start, end), replacement) };
        }

        return null;
    }
}
