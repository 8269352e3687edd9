namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the attributes and the text of the elements of a web.config, app.config and their like. The path of a value is what its
/// elements are named by: their name or key attribute, else the element's own name.</summary>
internal sealed class XmlValues
{
    // A longer text of an element is prose, or another document.
    private const int LongestText = 4000;

    private readonly string _text;
    private readonly List<ConfigurationValue> _values = [];
    private readonly Stack<(string Name, string Scope)> _open = new();

    private XmlValues(string text) => _text = text;

    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var reader = new XmlValues(text);
        reader.Document();
        return reader._values;
    }

    private string Scope => _open.Count == 0 ? "" : _open.Peek().Scope;

    private void Document()
    {
        for (var i = _text.IndexOf('<'); i >= 0 && i < _text.Length; i = _text.IndexOf('<', i))
        {
            if (string.CompareOrdinal(_text, i, "<!--", 0, 4) == 0)
            {
                var close = _text.IndexOf("-->", i, StringComparison.Ordinal);
                i = close < 0 ? _text.Length : close + 3;
            }
            else if (i + 1 < _text.Length && _text[i + 1] == '/')
            {
                if (_open.Count > 0)
                    _open.Pop();
                i = Behind(i);
            }
            else
            {
                i = i + 1 < _text.Length && _text[i + 1] is '?' or '!' ? Behind(i) : Element(i);
                Text(i);
            }
        }
    }

    // <value>Server=…</value>: the text up to a closing tag.
    private void Text(int from)
    {
        var to = from < _text.Length ? _text.IndexOf('<', from) : -1;
        if (to <= from || to + 1 >= _text.Length || _text[to + 1] != '/' || to - from > LongestText || _open.Count == 0)
            return;
        while (from < to && char.IsWhiteSpace(_text[from]))
            from++;
        var last = to;
        while (last > from && char.IsWhiteSpace(_text[last - 1]))
            last--;
        if (last > from)
            Add(_open.Peek().Name, from, last, TextSpan.FromBounds(from, last), Parent(Scope));
    }

    private int Behind(int i) => _text.IndexOf('>', i) is var close && close < 0 ? _text.Length : close + 1;

    private int Element(int start)
    {
        var i = start + 1;
        while (i < _text.Length && !char.IsWhiteSpace(_text[i]) && _text[i] is not ('>' or '/'))
            i++;
        var element = _text.Substring(start + 1, i - start - 1);
        var attributes = new List<(string Name, int From, int To)>();
        while (i < _text.Length && _text[i] != '>')
        {
            if (_text[i] is '"' or '\'')
            {
                var close = _text.IndexOf(_text[i], i + 1);
                if (close < 0)
                    return _text.Length;
                attributes.Add((NameBefore(i), i + 1, close));
                i = close;
            }

            i++;
        }

        var end = Math.Min(i + 1, _text.Length);
        var named = attributes.Find(static each => each.Name is "name" or "key");
        var name = named.Name is null ? element : _text.Substring(named.From, named.To - named.From);
        // <setting name="MySqlPassword"><value>…: the value is the setting's.
        if (element == "value" && _open.Count > 0)
            name = _open.Peek().Name;
        var scope = $"{Scope}:#{start.ToString(CultureInfo.InvariantCulture)}";
        foreach (var (attribute, from, to) in attributes)
        {
            if (attribute is not ("name" or "key") || named.Name is null)
                Add(attribute is "connectionString" or "value" ? name : attribute, from, to, TextSpan.FromBounds(start, end), scope);
        }

        // What an element <add key="provider" value="MySql"/> says, it says of those beside it.
        if (named.Name is not null && attributes.Find(static each => each.Name == "value") is { Name: not null } said)
            Add(name, said.From, said.To, TextSpan.FromBounds(start, end), Scope);
        if (end < 2 || _text[end - 2] != '/')
            _open.Push((name, scope));
        return end;
    }

    private string NameBefore(int quote)
    {
        var end = quote - 1;
        while (end >= 0 && (char.IsWhiteSpace(_text[end]) || _text[end] == '='))
            end--;
        var start = end;
        while (start >= 0 && (char.IsLetterOrDigit(_text[start]) || _text[start] is ':' or '-' or '_' or '.'))
            start--;
        return end < 0 ? "" : _text.Substring(start + 1, end - start);
    }

    private void Add(string path, int from, int to, TextSpan whole, string scope)
    {
        var value = new StringBuilder();
        var offsets = new List<int>();
        for (var i = from; i < to;)
        {
            offsets.Add(i);
            if (_text[i] == '&' && _text.IndexOf(';', i, to - i) is var close && close > 0 && close - i < 10)
            {
                value.Append(_text.Substring(i + 1, close - i - 1) switch
                {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => '?',
                });
                i = close + 1;
                continue;
            }

            value.Append(_text[i++]);
        }

        offsets.Add(to);
        _values.Add(new ConfigurationValue(path, value.ToString(), [.. offsets], whole, scope));
    }

    private static string Parent(string scope) => scope.LastIndexOf(':') is var colon && colon < 0 ? "" : scope.Substring(0, colon);
}
