namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the attributes and the text of the elements of a web.config, app.config and their like. The path of a value is what its
/// elements are named by: their name or key attribute, else the element's own name.</summary>
internal sealed class XmlValues(string text)
{
    // A longer text of an element is prose, or another document.
    private const int LongestText = 4000;

    private readonly List<ConfigurationValue> _values = [];
    private readonly Stack<(string Name, string Scope)> _open = new();

    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var reader = new XmlValues(text);
        reader.Document();
        return reader._values;
    }

    private string Scope => _open.Count == 0 ? "" : _open.Peek().Scope;

    private void Document()
    {
        for (var i = text.IndexOf('<'); i >= 0 && i < text.Length; i = text.IndexOf('<', i))
        {
            if (string.CompareOrdinal(text, i, "<!--", 0, 4) == 0)
            {
                var close = text.IndexOf("-->", i, StringComparison.Ordinal);
                i = close < 0 ? text.Length : close + 3;
            }
            else if (i + 1 < text.Length && text[i + 1] == '/')
            {
                if (_open.Count > 0)
                    _open.Pop();
                i = Behind(i);
            }
            else
            {
                i = i + 1 < text.Length && text[i + 1] is '?' or '!' ? Behind(i) : Element(i);
                Text(i);
            }
        }
    }

    // <value>Server=…</value>: the text up to a closing tag.
    private void Text(int from)
    {
        var to = from < text.Length ? text.IndexOf('<', from) : -1;
        if (to <= from || to + 1 >= text.Length || text[to + 1] != '/' || to - from > LongestText || _open.Count == 0)
            return;
        (from, to) = TextLines.Trimmed(text, from, to);
        if (to > from)
            Add(_open.Peek().Name, from, to, TextSpan.FromBounds(from, to), KeyPath.Parent(Scope));
    }

    private int Behind(int i) => text.IndexOf('>', i) is var close && close < 0 ? text.Length : close + 1;

    private int Element(int start)
    {
        var i = text.Past(start + 1, text.Length, c => !char.IsWhiteSpace(c) && c is not ('>' or '/'));
        var element = text.Substring(start + 1, i - start - 1);
        var attributes = new List<(string Name, int From, int To)>();
        while (i < text.Length && text[i] != '>')
        {
            if (text[i] is '"' or '\'')
            {
                var close = text.IndexOf(text[i], i + 1);
                if (close < 0)
                    return text.Length;
                attributes.Add((NameBefore(i), i + 1, close));
                i = close;
            }

            i++;
        }

        var end = Math.Min(i + 1, text.Length);
        var named = attributes.Find(static each => each.Name is "name" or "key");
        var name = named.Name is null ? element : text.Substring(named.From, named.To - named.From);
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
        if (end < 2 || text[end - 2] != '/')
            _open.Push((name, scope));
        return end;
    }

    private string NameBefore(int quote)
    {
        var end = text.Back(quote, 0, static c => char.IsWhiteSpace(c) || c == '=');
        var start = text.Back(end, 0, static c => char.IsLetterOrDigit(c) || c is ':' or '-' or '_' or '.');
        return text.Substring(start, end - start);
    }

    private void Add(string path, int from, int to, TextSpan whole, string scope) =>
        _values.Add(TextLines.Read(text, path, from, to, whole, scope, i =>
            text[i] != '&' || text.IndexOf(';', i, to - i) is var close && (close < 0 || close - i >= 10) ? (text[i], 1)
            : (text.Substring(i + 1, close - i - 1) switch
            {
                "amp" => '&',
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                _ => '?',
            }, close + 1 - i)));
}
