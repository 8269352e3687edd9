namespace RdsIamAspire.Analyzers.Sources;

/// <summary>The gate: one pass over the characters of a file that says where a string may stand which a rule would look at. It knows quotes
/// and equals signs and no grammar; whether there is a string the token says.</summary>
internal sealed class SourceScan
{
    private const int LongestKey = 40;

    private static readonly HashSet<int> LastWords = ReadLastWords();

    /// <summary>Equals signs that may stand in a string.</summary>
    public List<int> Pairs { get; } = [];

    /// <summary>Texts that begin as a URI of MySQL.</summary>
    public List<int> Uris { get; } = [];

    /// <summary>Short texts that name a setting which a rule looks at, where a key stands: behind a bracket, a comma, a colon.</summary>
    public List<int> Keys { get; } = [];

    /// <summary>Texts that may hold a password for a command-line client.</summary>
    public List<int> Commands { get; } = [];

    /// <summary>Plus signs between names that speak of a connection or a password.</summary>
    public List<int> Sums { get; } = [];

    public SourceScan(string text)
    {
        for (var quote = text.IndexOf('"'); quote >= 0 && quote + 1 < text.Length;)
        {
            var next = text.IndexOf('"', quote + 1);
            var end = next < 0 ? text.Length : next;
            Segment(text, quote, end);
            quote = next;
        }

        for (var plus = text.IndexOf('+'); plus > 0 && plus + 1 < text.Length; plus = text.IndexOf('+', plus + 1))
        {
            if (text[plus - 1] != '+' && text[plus + 1] is not ('+' or '=') && IsBetweenTellingNames(text, plus))
                Sums.Add(plus);
        }
    }

    private void Segment(string text, int quote, int end)
    {
        var start = quote + 1;
        var equals = text.IndexOf('=', start, end - start);
        for (var pair = equals; pair >= 0; pair = pair + 1 < end ? text.IndexOf('=', pair + 1, end - pair - 1) : -1)
        {
            if (!IsBehindKey(text, start, pair))
                continue;
            Pairs.Add(pair);
            break;
        }

        if (UriPassword.HasScheme(text, start, end))
            Uris.Add(start);
        if (MayBeCommand(text, start, end))
            Commands.Add(start);
        if (end - start is < 3 or > LongestKey || equals >= 0 || !char.IsLetter(text[start]))
            return;
        var before = quote - 1;
        while (before >= 0 && text[before] is ' ' or '\t' or '\r' or '\n' or '@')
            before--;
        if (before >= 0 && text[before] is '[' or '(' or '{' or ',' or ':' or '='
            && SettingKeys.MayTell(text.Substring(start, end - start)))
            Keys.Add(start);
    }

    // -pSECRET, mysqldump -uroot -pSECRET, --password=SECRET
    private static bool MayBeCommand(string text, int start, int end)
    {
        if (end - start < 4)
            return false;
        if (text[start] == '-' && (text[start + 1] == 'p' || string.CompareOrdinal(text, start, "--password=", 0, 11) == 0))
            return true;
        for (var option = text.IndexOf(" -", start, end - start, StringComparison.Ordinal); option > 0 && option + 3 < end;
            option = text.IndexOf(" -", option + 2, end - option - 2, StringComparison.Ordinal))
        {
            if (text[option + 2] == 'p' || string.CompareOrdinal(text, option, " --password=", 0, 12) == 0)
                return true;
        }

        return false;
    }

    // The last word before an equals sign is one that a key ends with, or there is none: the key stands in another piece.
    private static bool IsBehindKey(string text, int start, int equals)
    {
        var end = equals;
        while (end > start && text[end - 1] is ' ' or '\t')
            end--;
        var word = end;
        var hash = 0;
        while (word > start && NameIndex.IsPart(text[word - 1]))
            hash = unchecked(hash * 31 + (text[--word] | 0x20));
        return word == end
            ? equals + 1 < text.Length && text[equals + 1] is not ('=' or '>') && (end == start || text[end - 1] is '}')
            : LastWords.Contains(hash);
    }

    // The words that keys end with, read backwards as above.
    private static HashSet<int> ReadLastWords()
    {
        var words = new HashSet<int>();
        foreach (var key in MySqlKeys.All.Concat(["passwd", "pass", "server", "driver", "provider"]).Concat(PasswordNames.Known))
        {
            if (MySqlKeys.Find(key) == MySqlKey.Other)
                continue;
            var hash = 0;
            for (var i = key.Length; i > 0 && NameIndex.IsPart(key[i - 1]); i--)
                hash = unchecked(hash * 31 + (key[i - 1] | 0x20));
            words.Add(hash);
        }

        return words;
    }

    // Host + Pair + Rest: no literal in sight, but names that tell, on one of the sides or before the equals sign of the same statement.
    private static bool IsBetweenTellingNames(string text, int plus)
    {
        var left = plus - 1;
        while (left > 0 && text[left] == ' ')
            left--;
        var right = plus + 1;
        while (right < text.Length && char.IsWhiteSpace(text[right]))
            right++;
        if (right >= text.Length || !char.IsLetter(text[right]) && text[right] != '_' || !char.IsLetterOrDigit(text[left])
            && text[left] != '_')
            return false;
        var start = left;
        while (start > 0 && plus - start < 160 && text[start - 1] is not (';' or '{' or '}' or '"'))
            start--;
        var end = right;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '.'))
            end++;
        return PasswordNames.TellsOfConnection(text, start, end);
    }
}
