namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>One <c>key=value</c> of a connection string, by index into its text.</summary>
/// <param name="Key">The key in lower case, trimmed.</param>
/// <param name="Value">The value without its quotes.</param>
/// <param name="Start">Index of the key's first character.</param>
/// <param name="ValueStart">Index of the value's first character, an opening quote included.</param>
/// <param name="ValueEnd">Index after the value's last character, a closing quote included.</param>
/// <param name="End">Index after the <c>;</c> that ends the pair, or the end of the text.</param>
internal sealed record ConnectionStringPair(string Key, string Value, int Start, int ValueStart, int ValueEnd, int End)
{
    public bool IsKnown => Kind != MySqlKey.None;

    public MySqlKey Kind => MySqlKeys.Find(Key);
}

/// <summary>A string read as ADO.NET connection strings are read: <c>key=value;key='quoted';key="quoted"</c>, <c>==</c> for an equals sign
/// in a key.</summary>
/// <param name="Text">The string.</param>
/// <param name="Pairs">Its pairs, in their order.</param>
/// <param name="IsWellFormed">False when a segment has no <c>=</c> or a quote is not closed.</param>
/// <param name="HasOpenSegment">True when a run-time part stands where keys stand, so that the text may have pairs which cannot be
/// seen.</param>
internal sealed record ConnectionStringText(string Text, ImmutableArray<ConnectionStringPair> Pairs, bool IsWellFormed, bool HasOpenSegment)
{
    /// <summary>Stands in a text for a part whose value is known only at run time.</summary>
    public const char Hole = '\uFFFC';

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

    /// <summary>The value of a kind of key in lower case, or null.</summary>
    public string? ValueOf(MySqlKey kind) => Find(kind)?.Value.ToLowerInvariant();

    public static ConnectionStringText Parse(string text)
    {
        if (EntityRange(text) is not var (start, end))
            return ParsePairs(text);
        var inner = ParsePairs(text.Substring(start, end - start));
        return inner with
        {
            Text = text,
            Pairs = inner.Pairs.Select(pair => pair with
            {
                Start = pair.Start + start,
                ValueStart = pair.ValueStart + start,
                ValueEnd = pair.ValueEnd + start,
                End = pair.End + start,
            }).ToImmutableArray(),
        };
    }

    // "metadata=res://…;provider=MySql.Data.MySqlClient;provider connection string='server=…'": Entity Framework's string around the
    // driver's.
    private static (int Start, int End)? EntityRange(string text)
    {
        const string Key = "provider connection string=";
        if (!text.Begins("metadata="))
            return null;
        var start = text.IndexOf(Key, StringComparison.OrdinalIgnoreCase) + Key.Length;
        if (start < Key.Length || start >= text.Length || text[start] is not ('"' or '\''))
            return null;
        var close = text.IndexOf(text[start], start + 1);
        return close < 0 ? null : (start + 1, close);
    }

    private static ConnectionStringText ParsePairs(string text)
    {
        var pairs = new List<ConnectionStringPair>();
        var (wellFormed, open) = (true, false);
        for (var i = SettingEnd(text); (i = text.Past(i, text.Length, static c => char.IsWhiteSpace(c) || c == ';')) < text.Length;)
        {
            // A run-time part at the start of a segment may hold whole pairs and their semicolon.
            var hole = text.Past(i, text.Length, static c => c == Hole);
            var equals = KeyEnd(text, hole);
            if (hole > i)
            {
                open = true;
                // A key that is known only at run time: its value is nobody's business.
                i = hole < text.Length && text[hole] == '=' ? Read(hole).Next : hole;
            }
            else if (equals >= 0)
            {
                var (key, start) = (text.Substring(i, equals - i).Trim().Replace("==", "="), i);
                open |= key.IndexOf(Hole) >= 0;
                (var value, i) = Read(equals);
                pairs.Add(new(key.ToLowerInvariant(), value.Text, start, value.Start, value.End, i));
            }
            else
            {
                var next = SegmentEnd(text, i);
                // "Password=8~zK;q;Database=…": a semicolon that should have been quoted. The driver throws; the password is one all the
                // same.
                if (pairs.Count > 1 && next < text.Length && next - i <= 16 && !text.Substring(i, next - i).Any(char.IsWhiteSpace)
                    && pairs[pairs.Count - 1] is { Kind: MySqlKey.Password, Value.Length: > 0 } password)
                {
                    var value = text.Substring(password.ValueStart, next - 1 - password.ValueStart);
                    pairs[pairs.Count - 1] = password with { Value = value, ValueEnd = next - 1, End = next };
                }
                else
                {
                    wellFormed = false;
                }

                i = next;
            }
        }

        return new(text, pairs.ToImmutableArray(), wellFormed, open);

        ((string Text, int Start, int End) Value, int Next) Read(int equals)
        {
            var (value, start, end, isClosed) = ValueAt(text, equals + 1);
            wellFormed &= isClosed;
            return ((value, start, end), SegmentEnd(text, end));
        }
    }

    // "--ConnectionStrings:Orders=Server=…", "ConnectionStrings__Orders=Server=…": the setting's own name stands before the string.
    private static int SettingEnd(string text)
    {
        const string Section = "ConnectionStrings";
        var start = text.Past(0, text.Length, static c => c is '-' or '/');
        var end = start + Section.Length;
        if (string.Compare(text, start, Section, 0, Section.Length, StringComparison.OrdinalIgnoreCase) != 0 || end >= text.Length
            || text[end] is not (':' or '_'))
            return 0;
        end = text.Past(end, text.Length, static c => char.IsLetterOrDigit(c) || c is ':' or '_' or '-' or '.');
        return end < text.Length && text[end] == '=' ? end + 1 : 0;
    }

    // The equals sign behind a key, or -1.
    private static int KeyEnd(string text, int i)
    {
        for (; i < text.Length && text[i] != ';'; i++)
        {
            if (text[i] != '=')
                continue;
            if (i + 1 == text.Length || text[i + 1] != '=')
                return i;
            i++;
        }

        return -1;
    }

    private static int SegmentEnd(string text, int i) => Math.Min(text.Past(i, text.Length, static c => c != ';') + 1, text.Length);

    private static (string Value, int Start, int End, bool IsClosed) ValueAt(string text, int i)
    {
        var start = text.Past(i, text.Length, char.IsWhiteSpace);
        var isQuoted = start < text.Length && text[start] is '\'' or '"';
        if (isQuoted && ClosingQuote(text, start) is var close && close > 0)
        {
            var quote = text[start].ToString();
            return (text.Substring(start + 1, close - start - 1).Replace(quote + quote, quote), start, close + 1, true);
        }

        var end = text.Back(text.Past(start, text.Length, static c => c != ';'), start, char.IsWhiteSpace);
        return (text.Substring(start, end - start), start, end, !isQuoted);
    }

    // The quote that closes a value, in which it is doubled; -1 when none does or something other than a semicolon follows it.
    private static int ClosingQuote(string text, int open)
    {
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] != text[open])
                continue;
            var after = text.Past(i + 1, text.Length, char.IsWhiteSpace);
            if (i + 1 == text.Length || text[i + 1] != text[open])
                return after == text.Length || text[after] == ';' ? i : -1;
            i++;
        }

        return -1;
    }
}
