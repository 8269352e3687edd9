namespace RdsIamAspire.Analyzers.Sources;

/// <summary>What is done with a name, as far as the characters behind it tell: cheaper to see than to bind.</summary>
internal static class NameUse
{
    /// <summary>True where what a name stands for may be given a value: name = …, name += …, name ??= …,
    /// (other, name) = …</summary>
    /// <param name="text">The file.</param>
    /// <param name="end">The position behind the name.</param>
    public static bool MayBeAssigned(string text, int end)
    {
        var i = Skip(text, end);
        if (i < text.Length && text[i] is ',' or ')')
            i = text.IndexOf(')', i) is var close && close < 0 ? text.Length : Skip(text, close + 1);
        return i < text.Length && text[i] switch
        {
            // Neither a comparison nor a lambda's arrow.
            '=' => i + 1 == text.Length || text[i + 1] is not ('=' or '>'),
            '+' => i + 1 < text.Length && text[i + 1] == '=',
            '?' => string.CompareOrdinal(text, i, "??=", 0, 3) == 0,
            // A comment may stand between.
            '/' => true,
            _ => false,
        };
    }

    /// <summary>True where a method may be called.</summary>
    public static bool MayBeCalled(string text, int end) =>
        Skip(text, end) is var i && i < text.Length && text[i] is '(' or '<' or '/';

    private static int Skip(string text, int i)
    {
        while (i < text.Length && char.IsWhiteSpace(text[i]))
            i++;
        return i;
    }
}
