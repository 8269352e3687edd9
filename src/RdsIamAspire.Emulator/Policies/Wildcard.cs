namespace RdsIamAspire.Emulator;

/// <summary>Patterns with <c>*</c> (any run of characters, also none) and <c>?</c> (any one), as policies have them.</summary>
internal static class Wildcard
{
    /// <summary>Whether the whole text matches. Takes time proportional to the product of the lengths at worst, whatever the pattern.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool ignoreCase)
    {
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, t);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || Same(pattern[p], text[t], ignoreCase)))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                (p, t) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return !pattern[p..].ContainsAnyExcept('*');
    }

    private static bool Same(char a, char b, bool ignoreCase) => a == b || (ignoreCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
}
