using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.ConnectionStrings;

namespace RdsIamAspire.Analyzers.Sources;

/// <summary>Where a part of a composed text comes from.</summary>
internal enum TextPartKind
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

/// <summary>A run of characters of a <see cref="ComposedText"/>.</summary>
internal readonly struct TextPart
{
    public TextPart(TextPartKind kind, int start, int length, SyntaxNode node, SyntaxToken token, int tokenStart)
    {
        Kind = kind;
        Start = start;
        Length = length;
        Node = node;
        Token = token;
        TokenStart = tokenStart;
    }

    public TextPartKind Kind { get; }

    /// <summary>Index of the first character in the composed text.</summary>
    public int Start { get; }

    public int Length { get; }

    public int End => Start + Length;

    /// <summary>The operand, interpolation content or argument that the part is.</summary>
    public SyntaxNode Node { get; }

    /// <summary>The token of a <see cref="TextPartKind.Literal"/>.</summary>
    public SyntaxToken Token { get; }

    /// <summary>Index in the token's value of the part's first character: a format string is cut into several parts.</summary>
    public int TokenStart { get; }
}

/// <summary>A string as the source puts it together, with the way back from each of its characters to the source.</summary>
internal sealed class ComposedText
{
    private ConnectionStringText? _parsed;

    public ComposedText(string text, ImmutableArray<TextPart> parts, ExpressionSyntax root)
    {
        Text = text;
        Parts = parts;
        Root = root;
    }

    /// <summary>The characters; <see cref="ConnectionStringText.Hole"/> for each part known only at run time.</summary>
    public string Text { get; }

    public ImmutableArray<TextPart> Parts { get; }

    /// <summary>The expression whose value the text is; its place in the program says what the text is for.</summary>
    public ExpressionSyntax Root { get; }

    public ConnectionStringText Parsed => _parsed ??= ConnectionStringText.Parse(Text);

    /// <summary>The source of a range of characters. Parts in other statements than the first one's are left out.</summary>
    public TextSpan SpanOf(int start, int end)
    {
        TextSpan? span = null;
        SyntaxNode? statement = null;
        foreach (var part in Parts)
        {
            if (part.Kind == TextPartKind.Inserted || part.End <= start || part.Start >= end)
                continue;
            var owner = part.Node.FirstAncestorOrSelf<StatementSyntax>();
            if (span is not null && owner != statement)
                break;
            statement = owner;
            var partSpan = SpanOf(part, start, end);
            span = span is { } before ? TextSpan.FromBounds(System.Math.Min(before.Start, partSpan.Start), System.Math.Max(before.End, partSpan.End)) : partSpan;
        }

        return span ?? Root.Span;
    }

    /// <summary>The source of what a part contributes to a range of characters.</summary>
    public static TextSpan SpanOf(in TextPart part, int start, int end)
    {
        if (part.Kind != TextPartKind.Literal)
            return part.Node.Span;
        var from = System.Math.Max(start, part.Start) - part.Start;
        var to = System.Math.Min(end, part.End) - part.Start;
        return LiteralOffsets.SpanOf(part.Token, part.TokenStart + from, to - from);
    }

    /// <summary>True when all characters of a range come from one part that is written elsewhere and judged there.</summary>
    public bool IsInsideReference(int start, int end)
    {
        foreach (var part in Parts)
        {
            if (part.Kind == TextPartKind.Reference && part.Start <= start && part.End >= end)
                return true;
        }

        return false;
    }

    public bool HasHole(int start, int end)
    {
        for (var i = start; i < end && i < Text.Length; i++)
        {
            if (Text[i] == ConnectionStringText.Hole)
                return true;
        }

        return false;
    }
}
