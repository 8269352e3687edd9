namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>What is asked of texts: comparisons in which letter case does not count, and where a run of characters ends.</summary>
internal static class Words
{
    public static bool Has(this string text, string part) => text.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0;

    public static bool Begins(this string text, string start) => text.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    public static bool Ends(this string text, string end) => text.EndsWith(end, StringComparison.OrdinalIgnoreCase);

    public static bool Is(this string text, string other) => text.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The first position from one on that is not of a kind.</summary>
    public static int Past(this string text, int from, int to, Func<char, bool> isIt)
    {
        while (from < to && isIt(text[from]))
            from++;
        return from;
    }

    /// <summary>The last position down to one, behind which all characters up to where the search began are of a kind.</summary>
    public static int Back(this string text, int from, int to, Func<char, bool> isIt)
    {
        while (from > to && isIt(text[from - 1]))
            from--;
        return from;
    }
}
