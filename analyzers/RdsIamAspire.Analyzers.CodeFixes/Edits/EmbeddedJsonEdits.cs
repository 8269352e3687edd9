namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Edits of a connection string in a JSON document that is written as a string.</summary>
internal static class EmbeddedJsonEdits
{
    /// <summary>True when a diagnostic stands in such a document.</summary>
    public static bool IsJson(SourceFixContext context) => LiteralAt(context) is { } literal && StringPieces.IsJson(literal, context.File);

    /// <summary>Takes the pair out that a diagnostic stands on.</summary>
    public static IReadOnlyList<TextChange>? Remove(SourceFixContext context)
    {
        if (LiteralAt(context) is not { Token: var token })
            return null;
        foreach (var value in ConfigurationFile.ReadJson(token.ValueText))
        {
            foreach (var pair in ConnectionStringText.Parse(value.Value).Pairs)
            {
                if (pair.Kind != MySqlKey.Password || InSource(value, pair.Start, pair.End) != context.Span)
                    continue;
                var (start, end) = PairRange.Of(value.Value, pair);
                return [NodeRemoval.Cut(InSource(value, start, end))];
            }
        }

        return null;

        TextSpan InSource(ConfigurationValue value, int start, int end)
        {
            var at = value.SpanOf(start, end);
            return StringPart.TokenSpan(token, at.Start, at.Length);
        }
    }

    private static LiteralExpressionSyntax? LiteralAt(SourceFixContext context) => context.Root.FindToken(context.Span.Start)
        .Parent as LiteralExpressionSyntax;
}
