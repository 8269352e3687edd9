namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the strings of a JSON file as .NET's configuration does: comments and trailing commas are allowed. A file that is broken
/// off is read as far as it goes.</summary>
internal sealed class JsonValues(string text)
{
    private const int Deepest = 64;

    private readonly List<ConfigurationValue> _values = [];
    private int _position;

    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var reader = new JsonValues(text);
        reader.Value("", propertyStart: -1, depth: 0);
        return reader._values;
    }

    private void Value(string path, int propertyStart, int depth)
    {
        var c = Peek();
        var start = propertyStart < 0 ? _position : propertyStart;
        if (depth > Deepest || c == '\0')
            return;
        if (c is '{' or '[')
        {
            Members(path, isObject: c == '{', depth);
        }
        else if (c == '"')
        {
            _values.Add(String(path, start));
        }
        else
        {
            var from = _position;
            _position = text.Past(from, text.Length, static c => c is not (',' or '}' or ']' or '\n' or '\r' or ' ' or '/'));
            // A number is a value too: { "Password": 123456 }.
            if (propertyStart >= 0 && char.IsDigit(c))
                _values.Add(TextLines.Plain(text, path, from, _position, TextSpan.FromBounds(start, _position)));
        }
    }

    private void Members(string path, bool isObject, int depth)
    {
        _position++;
        for (var index = 0; Peek() is var c && c != '\0';)
        {
            var start = _position;
            if (c == (isObject ? '}' : ']'))
            {
                _position++;
                return;
            }

            if (isObject && c == '"')
            {
                var key = String("", start).Value;
                if (Peek() == ':')
                {
                    _position++;
                    Value(KeyPath.Join(path, key), start, depth + 1);
                }
            }
            else if (c == ',')
            {
                index++;
            }
            else if (!isObject)
            {
                Value(path + ":" + index.ToString(CultureInfo.InvariantCulture), -1, depth + 1);
            }

            if (_position == start)
                _position++;
        }
    }

    private ConfigurationValue String(string path, int wholeStart)
    {
        var from = _position + 1;
        var to = from;
        while (to < text.Length && text[to] is not ('"' or '\n'))
            to += text[to] == '\\' && to + 1 < text.Length ? 2 : 1;
        _position = to < text.Length && text[to] == '"' ? to + 1 : to;
        return TextLines.Read(text, path, from, to, TextSpan.FromBounds(wholeStart, _position), null, Character);
    }

    private (char? Character, int Length) Character(int i)
    {
        if (text[i] != '\\' || i + 1 >= text.Length)
            return (text[i], 1);
        if (text[i + 1] == 'u' && i + 5 < text.Length
            && int.TryParse(text.Substring(i + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
            return ((char)code, 6);
        return (text[i + 1] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other }, 2);
    }

    // The next character that is neither blank nor comment; none at the end.
    private char Peek()
    {
        while ((_position = text.Past(_position, text.Length, static c => char.IsWhiteSpace(c) || c == '\uFEFF')) < text.Length)
        {
            var isLine = string.CompareOrdinal(text, _position, "//", 0, 2) == 0;
            if (!isLine && string.CompareOrdinal(text, _position, "/*", 0, 2) != 0)
                return text[_position];
            var end = text.IndexOf(isLine ? "\n" : "*/", _position + 2, StringComparison.Ordinal);
            _position = end < 0 ? text.Length : end + (isLine ? 1 : 2);
        }

        return '\0';
    }
}
