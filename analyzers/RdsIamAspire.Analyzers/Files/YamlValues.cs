namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the scalar values of YAML: mappings, lists, block scalars (<c>|</c>, <c>&gt;</c>) and flow collections, with the objects
/// that they stand in. Goes by lines and indentation, as far as compose files, manifests and workflows need it; templates of Helm are
/// passed over.</summary>
internal sealed partial class YamlValues(string text)
{
    private readonly List<(int Start, int End, int Next)> _lines = [.. TextLines.Of(text)];
    private readonly List<ConfigurationValue> _values = [];
    private readonly List<Frame> _frames = [];
    private int _document;

    /// <summary>A key whose value stands below it, or an element of a list; by its column.</summary>
    private readonly record struct Frame(int Column, string Key, bool IsItem);

    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var reader = new YamlValues(text);
        for (var line = 0; line < reader._lines.Count;)
            line = reader.Line(line);
        return reader._values;
    }

    private string Path(string key) =>
        string.Concat(_frames.Where(static frame => !frame.IsItem).Select(static frame => frame.Key + ":")) + key;

    private string Scope() => string.Join(":", _frames.Select(static frame => frame.Key).Prepend("#" + Number(_document)));

    // Reads a line, or the several that a block or a flow collection takes, and says which is next.
    private int Line(int line)
    {
        var (start, end, next) = _lines[line];
        var from = SkipBlanks(start, end);
        if (from == end || text[from] == '#' || string.CompareOrdinal(text, from, "{{", 0, 2) == 0)
            return line + 1;
        if (from == start && (string.CompareOrdinal(text, from, "---", 0, 3) == 0 || string.CompareOrdinal(text, from, "...", 0, 3) == 0))
        {
            _document++;
            _frames.Clear();
            return line + 1;
        }

        var whole = TextSpan.FromBounds(start, next);
        var first = from;
        while (text[from] == '-' && (from + 1 == end || text[from + 1] is ' ' or '\t'))
        {
            Leave(from - start, isItem: true);
            _frames.Add(new(from - start, "#" + Number(from), IsItem: true));
            from = SkipBlanks(from + 1, end);
            if (from == end)
                return line + 1;
        }

        var colon = Colon(from, end);
        if (colon < 0 || text[from] is '{' or '[')
            return _frames.Count > 0 && _frames[_frames.Count - 1].IsItem ? Item(line, from, whole) : line + 1;
        Leave(from - start, isItem: false);
        // The dash before it belongs to the element.
        if (from > first)
            whole = TextSpan.FromBounds(from, end);
        var key = text.Substring(from, colon - from).Trim().Trim('"', '\'');
        var value = SkipAnchor(SkipBlanks(colon + 1, end), end);
        // !Ref, !Sub, !vault: what the value is, stands elsewhere.
        if (value > colon + 1 && SkipBlanks(colon + 1, end) is var tag && tag + 1 < end && text[tag] == '!' && text[tag + 1] != '!'
            && value != end)
            return line + 1;
        if (value == end || text[value] == '#')
        {
            _frames.Add(new(from - start, KeyPath.OfVariable(key), IsItem: false));
            return line + 1;
        }

        return Value(line, from - start, value, KeyPath.OfVariable(key), whole);
    }

    // What stands deeper, or beside, is over. A list may stand in the column of its key.
    private void Leave(int column, bool isItem)
    {
        while (_frames.Count > 0 && _frames[_frames.Count - 1] is var last
            && (last.Column > column || last.Column == column && (!isItem || last.IsItem)))
            _frames.RemoveAt(_frames.Count - 1);
    }

    private int Value(int line, int column, int value, string key, TextSpan whole)
    {
        var end = _lines[line].End;
        var path = Path(key);
        var scope = key.LastIndexOf(':') is var colon && colon > 0 ? Scope() + ":" + key.Substring(0, colon) : Scope();
        if (text[value] is '{' or '[' && string.CompareOrdinal(text, value, "{{", 0, 2) != 0)
            return After(Flow(value, path + ":", scope + ":" + key, depth: 0));
        if (text[value] is '|' or '>' && IsBlockHeader(value + 1, end))
            return Block(line, column, path, scope);
        _values.Add(TextLines.Value(text, path, value, end, whole, scope));
        return line + 1;
    }

    // - KEY=value, - "KEY=value", - { … }, - |, - value
    private int Item(int line, int from, TextSpan whole)
    {
        var end = _lines[line].End;
        var parent = Path("").TrimEnd(':');
        if (text[from] is '{' or '[' && string.CompareOrdinal(text, from, "{{", 0, 2) != 0)
            return After(Flow(from, parent.Length == 0 ? "" : parent + ":", Scope(), depth: 0));
        if (text[from] is '|' or '>' && IsBlockHeader(from + 1, end))
            return Block(line, _frames[_frames.Count - 1].Column, parent, Scope());
        if (Pair(parent, from, end, whole) is { } pair)
            _values.Add(pair);
        else
            _values.Add(TextLines.Value(text, parent, from, end, whole, Scope()));
        return line + 1;
    }

    private ConfigurationValue? Pair(string path, int from, int end, TextSpan whole)
    {
        if (from < end && text[from] is '"' or '\'')
        {
            var close = text.LastIndexOf(text[from], end - 1, end - from - 1);
            from++;
            if (close > from)
                end = close;
        }

        var equals = text.IndexOf('=', from, end - from);
        if (equals <= from || !IsName(from, equals))
            return null;
        var key = text.Substring(from, equals - from).Replace("__", ":");
        var list = string.Join(":", _frames.Take(_frames.Count - 1).Select(static frame => frame.Key).Prepend("#" + Number(_document)));
        return TextLines.Value(text, path.Length == 0 ? key : path + ":" + key, equals + 1, end, whole,
            key.LastIndexOf(':') is var colon && colon > 0 ? list + ":" + key.Substring(0, colon) : list);
    }

    private bool IsName(int from, int to) => text.Past(from, to, static c => char.IsLetterOrDigit(c) || c is '_' or '.' or ':') == to;

    private int After(int position) => _lines.Count(line => line.Next <= position) + 1;

    // The lines that stand deeper than their key, with what of their indentation is their own.
    private int Block(int line, int column, string path, string scope)
    {
        var value = new StringBuilder();
        var offsets = new List<int>();
        var first = line;
        var last = line;
        var indentation = -1;
        for (line++; line < _lines.Count; line++)
        {
            var (start, end, _) = _lines[line];
            var from = SkipBlanks(start, end);
            if (from < end && from - start <= column)
                break;
            if (from == end)
                continue;
            if (indentation < 0)
                indentation = from - start;
            if (value.Length > 0)
            {
                value.Append('\n');
                offsets.Add(_lines[last].End);
            }

            for (var i = Math.Min(from, start + indentation); i < end; i++)
            {
                value.Append(text[i]);
                offsets.Add(i);
            }

            last = line;
        }

        offsets.Add(_lines[last].End);
        if (value.Length > 0)
            _values.Add(new ConfigurationValue(path, value.ToString(), [.. offsets],
                TextSpan.FromBounds(_lines[first].Start, _lines[last].Next), scope));
        return line;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private bool IsBlockHeader(int from, int end)
    {
        from = text.Past(from, end, static c => c is '+' or '-' or (>= '1' and <= '9'));
        from = SkipBlanks(from, end);
        return from == end || text[from] == '#';
    }

    private int SkipBlanks(int from, int end) => text.Past(from, end, static c => c is ' ' or '\t' or '\uFEFF');

    // &anchor and !tag say nothing of the value.
    private int SkipAnchor(int from, int end)
    {
        while (from < end && text[from] is '&' or '!')
        {
            from = text.Past(from, end, c => c is not (' ' or '\t'));
            from = SkipBlanks(from, end);
        }

        return from;
    }

    private int Colon(int from, int end)
    {
        var i = from;
        // "quoted: key": value
        if (i < end && text[i] is '"' or '\'' && text.IndexOf(text[i], i + 1, end - i - 1) is var close && close > 0)
            i = close + 1;
        for (; i < end; i++)
        {
            if (text[i] == ':' && (i + 1 == end || text[i + 1] is ' ' or '\t'))
                return i;
        }

        return -1;
    }
}
