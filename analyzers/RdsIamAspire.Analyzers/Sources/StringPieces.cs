namespace RdsIamAspire.Analyzers.Sources;

/// <summary>From a position in the text to the piece of a string that stands there: a literal, an interpolated string or the sum that they
/// are part of. Looks at tokens and syntax alone; what passes is bound.</summary>
internal static class StringPieces
{
    /// <summary>The piece at a position, or null when no string stands there.</summary>
    public static SyntaxNode? At(SourceFile file, int position) => LiteralAt(file, position) is { } node ? file.Language.Top(node) : null;

    /// <summary>The literal that a position stands in.</summary>
    public static SyntaxNode? LiteralAt(SourceFile file, int position)
    {
        var token = file.Root.FindToken(position);
        return token.Span.Contains(position) && file.Language.IsString(token) ? token.Parent : null;
    }

    /// <summary>The sum whose plus sign stands at a position.</summary>
    public static SyntaxNode? SumAt(SourceFile file, int position)
    {
        var token = file.Root.FindToken(position);
        return token.SpanStart == position ? file.Language.SumOf(token) : null;
    }

    /// <summary>The call or assigned member that a name at a position belongs to.</summary>
    public static IOperation? NamedAt(SourceFile file, int position)
    {
        if (IsInText(file.Text, position))
            return null;
        var token = file.Root.FindToken(position);
        return token.SpanStart == position && token.Parent is { } node ? file.Language.Named(node, file.OperationOf) : null;
    }

    /// <summary>True for a word right behind a quote: cheaper to see than to bind.</summary>
    public static bool IsInText(string text, int position) => position > 0 && text[position - 1] == '"';

    /// <summary>True for a literal that is a JSON document.</summary>
    public static bool IsJson(SyntaxNode piece, SourceFile file)
    {
        if (file.Language.PlainLiteral(piece) is not { } token)
            return false;
        var text = token.ValueText;
        var i = text.Past(0, text.Length, char.IsWhiteSpace);
        return i + 1 < text.Length && text[i] is '{' or '['
            && (text.IndexOf("\":", i, StringComparison.Ordinal) > 0 || text.IndexOf("\" :", i, StringComparison.Ordinal) > 0);
    }

    /// <summary>The whole string that a piece is part of.</summary>
    public static StringValue Value(SyntaxNode piece, SourceFile file)
    {
        if (file.OperationOf(piece) is not { } operation)
            return OfToken(piece, file);
        // Visual Basic's pieces are known by their operations only.
        while (!file.IsCSharp && Operations.Outer(operation).Parent is { } parent
            && (Operations.IsSum(parent)
            || parent is IInterpolationOperation or IInterpolatedStringOperation or IInterpolatedStringTextOperation))
            operation = parent;
        return file.Strings.Around(operation);
    }

    // Where the compiler has no operation, as in an attribute that does not resolve.
    private static StringValue OfToken(SyntaxNode piece, SourceFile file)
    {
        var parts = new List<StringPart>();
        var text = new StringBuilder();
        foreach (var token in piece.DescendantTokens().Where(file.Language.IsString))
        {
            parts.Add(new(StringPartKind.Literal, text.Length, token.ValueText.Length, token.Parent!, token));
            text.Append(token.ValueText);
        }

        return new(text.ToString(), parts, null, piece);
    }
}
