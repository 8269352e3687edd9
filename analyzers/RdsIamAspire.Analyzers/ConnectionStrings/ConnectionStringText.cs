namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>A string read as ADO.NET connection strings are read: <c>key=value;key='quoted';key="quoted"</c>, <c>==</c> for an equals sign
/// in a key. Reads by index and allocates only for the pairs it finds.</summary>
internal sealed class ConnectionStringText(string text, ImmutableArray<ConnectionStringPair> pairs, bool isWellFormed, bool hasOpenSegment)
{
    /// <summary>Stands in a text for a part whose value is known only at run time.</summary>
    public const char Hole = '\uFFFC';

    public string Text { get; } = text;

    public ImmutableArray<ConnectionStringPair> Pairs { get; } = pairs;

    /// <summary>False when a segment has no <c>=</c> or a quote is not closed.</summary>
    public bool IsWellFormed { get; } = isWellFormed;

    /// <summary>True when a run-time part stands where keys stand, so that the text may have pairs which cannot be seen.</summary>
    public bool HasOpenSegment { get; } = hasOpenSegment;

    public ConnectionStringPair? Find(MySqlKey kind)
    {
        foreach (var pair in Pairs)
        {
            if (pair.Kind == kind)
                return pair;
        }

        return null;
    }

    public bool Has(MySqlKey kind) => Find(kind) is not null;

    public static ConnectionStringText Parse(string text)
    {
        if (EntityRange(text) is not { } range)
            return ParsePairs(text);
        var inner = ParsePairs(text.Substring(range.Start, range.End - range.Start));
        var pairs = inner.Pairs.Select(pair => pair with
        {
            Start = pair.Start + range.Start,
            ValueStart = pair.ValueStart + range.Start,
            ValueEnd = pair.ValueEnd + range.Start,
            End = pair.End + range.Start,
        });
        return new ConnectionStringText(text, pairs.ToImmutableArray(), inner.IsWellFormed, inner.HasOpenSegment);
    }

    // "metadata=res://…;provider=MySql.Data.MySqlClient;provider connection string='server=…'": Entity Framework's string around the
    // driver's.
    private static (int Start, int End)? EntityRange(string text)
    {
        const string Key = "provider connection string=";
        if (!text.StartsWith("metadata=", StringComparison.OrdinalIgnoreCase))
            return null;
        var start = text.IndexOf(Key, StringComparison.OrdinalIgnoreCase) + Key.Length;
        if (start < Key.Length || start >= text.Length || text[start] is not ('"' or '\''))
            return null;
        var close = text.IndexOf(text[start], start + 1);
        return close < 0 ? null : (start + 1, close);
    }

    private static ConnectionStringText ParsePairs(string text)
    {
        var pairs = ImmutableArray.CreateBuilder<ConnectionStringPair>(8);
        var wellFormed = true;
        var open = false;
        var i = SettingEnd(text);
        while (i < text.Length)
        {
            while (i < text.Length && (char.IsWhiteSpace(text[i]) || text[i] == ';'))
                i++;
            if (i >= text.Length)
                break;

            // A run-time part at the start of a segment may hold whole pairs and their semicolon.
            var leadingHole = false;
            while (i < text.Length && text[i] == Hole)
            {
                leadingHole = true;
                i++;
            }

            if (leadingHole)
            {
                open = true;
                if (i < text.Length && text[i] == '=')
                {
                    // The key itself is known only at run time: its value is nobody's business.
                    i = ValueEnd(text, i + 1, ref wellFormed, out _, out _);
                    i = SegmentEnd(text, i);
                }

                continue;
            }

            var start = i;
            var keyEnd = KeyEnd(text, i, out var escaped);
            if (keyEnd < 0)
            {
                // "Password=8~zK;q;Database=…": a semicolon that should have been quoted. The driver throws; the password is one all
                // the same.
                var segment = SegmentEnd(text, i);
                if (pairs.Count > 1 && segment < text.Length
                    && pairs[pairs.Count - 1] is { Kind: MySqlKey.Password, Value.Length: > 0 } password && segment - i <= 16
                    && !HasBlank(text, i, segment))
                {
                    pairs[pairs.Count - 1] = password with
                    {
                        Value = text.Substring(password.ValueStart, segment - 1 - password.ValueStart),
                        ValueEnd = segment - 1,
                        End = segment,
                    };
                    i = segment;
                    continue;
                }

                wellFormed = false;
                i = SegmentEnd(text, i);
                continue;
            }

            var key = text.Substring(start, keyEnd - start).Trim();
            if (escaped)
                key = key.Replace("==", "=");
            var end = ValueEnd(text, keyEnd + 1, ref wellFormed, out var valueStart, out var value);
            var next = SegmentEnd(text, end);
            if (key.IndexOf(Hole) >= 0)
                open = true;
            pairs.Add(new ConnectionStringPair(key.ToLowerInvariant(), value, start, valueStart, end, next));
            i = next;
        }

        return new ConnectionStringText(text, pairs.ToImmutable(), wellFormed, open);
    }

    // "--ConnectionStrings:Orders=Server=…", "ConnectionStrings__Orders=Server=…": the setting's own name stands before the string.
    private static int SettingEnd(string text)
    {
        const string Section = "ConnectionStrings";
        var start = 0;
        while (start < text.Length && text[start] is '-' or '/')
            start++;
        var end = start + Section.Length;
        if (string.Compare(text, start, Section, 0, Section.Length, StringComparison.OrdinalIgnoreCase) != 0 || end >= text.Length
            || text[end] is not (':' or '_'))
            return 0;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is ':' or '_' or '-' or '.'))
            end++;
        return end < text.Length && text[end] == '=' ? end + 1 : 0;
    }

    private static int KeyEnd(string text, int i, out bool escaped)
    {
        escaped = false;
        for (; i < text.Length; i++)
        {
            switch (text[i])
            {
                case ';': return -1;
                case '=' when i + 1 < text.Length && text[i + 1] == '=':
                    escaped = true;
                    i++;
                    break;
                case '=': return i;
            }
        }

        return -1;
    }

    private static bool HasBlank(string text, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (char.IsWhiteSpace(text[i]))
                return true;
        }

        return false;
    }

    private static int SegmentEnd(string text, int i)
    {
        while (i < text.Length && text[i] != ';')
            i++;
        return i < text.Length ? i + 1 : i;
    }

    private static int ValueEnd(string text, int i, ref bool wellFormed, out int valueStart, out string value)
    {
        while (i < text.Length && char.IsWhiteSpace(text[i]))
            i++;
        valueStart = i;
        if (i < text.Length && text[i] is '\'' or '"')
        {
            var close = ClosingQuote(text, i, out value);
            if (close >= 0)
                return close + 1;
            wellFormed = false;
        }

        var end = i;
        while (end < text.Length && text[end] != ';')
            end++;
        while (end > i && char.IsWhiteSpace(text[end - 1]))
            end--;
        value = text.Substring(i, end - i);
        return end;
    }

    /// <summary>Index of the quote that closes the value, or -1 when none does or something other than a <c>;</c> follows it.</summary>
    private static int ClosingQuote(string text, int open, out string value)
    {
        var quote = text[open];
        var unquoted = new StringBuilder();
        value = "";
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] != quote)
            {
                unquoted.Append(text[i]);
                continue;
            }

            if (i + 1 < text.Length && text[i + 1] == quote)
            {
                unquoted.Append(quote);
                i++;
                continue;
            }

            var after = i + 1;
            while (after < text.Length && char.IsWhiteSpace(text[after]))
                after++;
            if (after < text.Length && text[after] != ';')
                return -1;
            value = unquoted.ToString();
            return i;
        }

        return -1;
    }
}
