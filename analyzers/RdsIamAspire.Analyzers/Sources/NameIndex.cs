namespace RdsIamAspire.Analyzers.Sources;

/// <summary>Where each word of a text stands: built once for a file in one pass over its characters, asked as often as there are hits. It
/// does not know what a word is (a name, a piece of a string or of a comment): whoever asks looks at the token.</summary>
internal sealed class NameIndex
{
    private readonly string _text;
    private readonly StringComparison _comparison;
    private readonly int[] _heads;
    private readonly int[] _next;
    private readonly int[] _starts;
    private readonly int[] _hashes;

    // The characters of names below 128: a look at a table for each character of a file.
    private static readonly bool[] Parts = ReadParts();

    public NameIndex(string text, bool ignoreCase = false)
    {
        _text = text;
        _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var starts = new int[Math.Max(16, text.Length / 6)];
        var hashes = new int[starts.Length];
        var count = 0;
        for (var i = 0; i < text.Length;)
        {
            if (!IsStart(text[i]))
            {
                i++;
                continue;
            }

            var start = i;
            var hash = 0;
            for (; i < text.Length && IsPart(text[i]); i++)
                hash = Next(hash, text[i]);
            if (count == starts.Length)
            {
                Array.Resize(ref starts, count * 2);
                Array.Resize(ref hashes, count * 2);
            }

            starts[count] = start;
            hashes[count++] = hash;
        }

        var size = 16;
        while (size < count)
            size *= 2;
        _starts = starts;
        _hashes = hashes;
        _heads = new int[size];
        _next = new int[count];
        // From the last to the first, so that each chain goes from the first to the last.
        for (var i = count - 1; i >= 0; i--)
        {
            ref var head = ref _heads[hashes[i] & (size - 1)];
            _next[i] = head;
            head = i + 1;
        }
    }

    /// <summary>The positions of a word, from the first to the last.</summary>
    public IEnumerable<int> Find(string word)
    {
        var hash = 0;
        foreach (var c in word)
            hash = Next(hash, c);
        for (var i = _heads[hash & (_heads.Length - 1)]; i != 0; i = _next[i - 1])
        {
            var start = _starts[i - 1];
            if (string.Compare(_text, start, word, 0, word.Length, _comparison) == 0
                && (start + word.Length == _text.Length || !IsPart(_text[start + word.Length])))
                yield return start;
        }
    }

    /// <summary>The words, each once; those right behind an equals sign, which are values of strings, left out.</summary>
    public IEnumerable<string> Distinct()
    {
        for (var i = 0; i < _next.Length; i++)
        {
            var start = _starts[i];
            if (IsValue(start) || IsRepeated(i))
                continue;
            var end = start;
            while (end < _text.Length && IsPart(_text[end]))
                end++;
            if (end - start > 2)
                yield return _text.Substring(start, end - start);
        }
    }

    private bool IsValue(int start) => start > 0 && _text[start - 1] == '=';

    // The chain goes from the first to the last, so that what stands in it before a word has been given.
    private bool IsRepeated(int word)
    {
        for (var i = _heads[_hashes[word] & (_heads.Length - 1)] - 1; i != word; i = _next[i] - 1)
        {
            if (_hashes[i] == _hashes[word] && !IsValue(_starts[i]))
                return true;
        }

        return false;
    }

    public bool Has(string word)
    {
        foreach (var _ in Find(word))
            return true;
        return false;
    }

    private static bool[] ReadParts()
    {
        var parts = new bool[128];
        for (var c = '\0'; c < parts.Length; c++)
            parts[c] = char.IsLetterOrDigit(c) || c == '_';
        return parts;
    }

    // The same for both cases of a letter: VB and connection strings do not tell them apart.
    private static int Next(int hash, char c) => unchecked(hash * 31 + (c | 0x20));

    private static bool IsStart(char c) => IsPart(c) && c is not (>= '0' and <= '9');

    public static bool IsPart(char c) => c < 128 ? Parts[c] : char.IsLetter(c);
}
