namespace RdsIamAspire.Analyzers.Sources;

/// <summary>Where a part of a string comes from.</summary>
internal enum StringPartKind
{
    /// <summary>A literal, or the text of an interpolated string: its characters stand in the source.</summary>
    Literal,

    /// <summary>An expression whose value is known: a constant, or a variable that only ever has one.</summary>
    Reference,

    /// <summary>An expression whose value is known only at run time.</summary>
    Hole,

    /// <summary>A character that a method puts in, such as the separator of string.Join.</summary>
    Inserted,
}

/// <summary>A run of characters of a <see cref="StringValue"/>.</summary>
/// <param name="Kind">Where they come from.</param>
/// <param name="Start">Index of the first character in the string.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Node">The operand, interpolation content or argument that the part is.</param>
/// <param name="Token">The token of a <see cref="StringPartKind.Literal"/>.</param>
/// <param name="TokenStart">Index in the token's value of the part's first character: a format string is cut into several parts.</param>
/// <param name="Operation">The operation of the node, where it has one.</param>
internal sealed record StringPart(StringPartKind Kind, int Start, int Length, SyntaxNode Node, SyntaxToken Token = default,
    int TokenStart = 0, IOperation? Operation = null)
{
    public int End => Start + Length;

    /// <summary>The source span of a range of a token's value.</summary>
    public static TextSpan TokenSpan(SyntaxToken token, int start, int length) =>
        SourceLanguage.Of(token.Language).Offsets(token) is { } offsets && start + length < offsets.Length
            ? TextSpan.FromBounds(offsets[start], offsets[start + length]) : token.Span;

    /// <summary>The source of what the part contributes to a range of characters.</summary>
    public TextSpan SpanOf(int start, int end)
    {
        if (Kind != StringPartKind.Literal)
            return Node.Span;
        var from = Math.Max(start, Start) - Start;
        return TokenSpan(Token, TokenStart + from, Math.Min(end, End) - Start - from);
    }
}

/// <summary>A string as the source puts it together, with the way back from each of its characters to the source.</summary>
internal sealed class StringValue(string text, IReadOnlyList<StringPart> parts, IOperation? operation, SyntaxNode root,
    ISymbol? variable = null)
{
    private ConnectionStringText? _parsed;

    /// <summary>The characters; <see cref="ConnectionStringText.Hole"/> for each part known only at run time.</summary>
    public string Text => text;

    public IReadOnlyList<StringPart> Parts => parts;

    /// <summary>The operation whose value the string is; null where the compiler has none, as in some attributes.</summary>
    public IOperation? Operation => operation;

    /// <summary>The expression whose value the string is.</summary>
    public SyntaxNode Root => root;

    /// <summary>The variable that the string grows in, statement by statement: a StringBuilder, or a string that is added to.</summary>
    public ISymbol? Variable => variable;

    public ConnectionStringText Parsed => _parsed ??= ConnectionStringText.Parse(Text);

    /// <summary>The source of a range of characters. Parts in other statements than the first one's are left out.</summary>
    public TextSpan SpanOf(int start, int end)
    {
        TextSpan? span = null;
        SyntaxNode? statement = null;
        foreach (var part in Parts)
        {
            if (part.Kind == StringPartKind.Inserted || part.End <= start || part.Start >= end || part.Node.SyntaxTree != Root.SyntaxTree)
                continue;
            var owner = SourceLanguage.Of(part.Node.Language).StatementOf(part.Node);
            if (span is not null && owner != statement)
                break;
            statement = owner;
            var own = part.SpanOf(start, end);
            span = span is { } before ? TextSpan.FromBounds(Math.Min(before.Start, own.Start), Math.Max(before.End, own.End)) : own;
        }

        return span ?? Root.Span;
    }
}
