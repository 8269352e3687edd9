namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the strings of a JSON file as .NET's configuration does: comments and trailing commas are allowed. A file that is broken
/// off is read as far as it goes.</summary>
internal sealed class JsonValues
{
    private readonly string _text;
    private readonly List<ConfigurationValue> _values = [];
    private int _position;

    private JsonValues(string text) => _text = text;

    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var reader = new JsonValues(text);
        reader.Value("", propertyStart: -1, depth: 0);
        return reader._values;
    }

    private void Value(string path, int propertyStart, int depth)
    {
        Skip();
        if (_position >= _text.Length || depth > 64)
            return;
        switch (_text[_position])
        {
            case '{':
                Object(path, depth);
                break;
            case '[':
                Array(path, depth);
                break;
            case '"':
                var start = _position;
                var value = String(out var offsets);
                _values.Add(new ConfigurationValue(path, value, offsets,
                    TextSpan.FromBounds(propertyStart < 0 ? start : propertyStart, _position)));
                break;
            default:
                Word(path, propertyStart);
                break;
        }
    }

    // A number is a value too: { "Password": 123456 }.
    private void Word(string path, int propertyStart)
    {
        var start = _position;
        while (_position < _text.Length && _text[_position] is not (',' or '}' or ']' or '\n' or '\r' or ' ' or '/'))
            _position++;
        if (propertyStart < 0 || _position == start || !char.IsDigit(_text[start]))
            return;
        var offsets = new int[_position - start + 1];
        for (var i = 0; i < offsets.Length; i++)
            offsets[i] = start + i;
        _values.Add(new ConfigurationValue(path, _text.Substring(start, _position - start), offsets,
            TextSpan.FromBounds(propertyStart, _position)));
    }

    private void Object(string path, int depth)
    {
        _position++;
        while (_position < _text.Length)
        {
            Skip();
            if (_position >= _text.Length)
                return;
            switch (_text[_position])
            {
                case '}':
                    _position++;
                    return;
                case '"':
                    var start = _position;
                    var key = String(out _);
                    Skip();
                    if (_position < _text.Length && _text[_position] == ':')
                    {
                        _position++;
                        Value(path.Length == 0 ? key : path + ":" + key, start, depth + 1);
                    }

                    break;
                default:
                    _position++;
                    break;
            }
        }
    }

    private void Array(string path, int depth)
    {
        _position++;
        for (var index = 0; _position < _text.Length;)
        {
            Skip();
            if (_position >= _text.Length)
                return;
            switch (_text[_position])
            {
                case ']':
                    _position++;
                    return;
                case ',':
                    _position++;
                    index++;
                    break;
                default:
                    var before = _position;
                    Value(path + ":" + index.ToString(CultureInfo.InvariantCulture), -1, depth + 1);
                    if (_position == before)
                        _position++;
                    break;
            }
        }
    }

    private string String(out int[] offsets)
    {
        var value = new StringBuilder();
        var positions = new List<int>();
        _position++;
        while (_position < _text.Length && _text[_position] is not ('"' or '\n'))
        {
            positions.Add(_position);
            if (_text[_position] != '\\' || _position + 1 >= _text.Length)
            {
                value.Append(_text[_position++]);
                continue;
            }

            var escape = _text[_position + 1];
            if (escape == 'u' && _position + 5 < _text.Length
                && int.TryParse(_text.Substring(_position + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
            {
                value.Append((char)code);
                _position += 6;
                continue;
            }

            value.Append(escape switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', _ => escape });
            _position += 2;
        }

        positions.Add(_position);
        if (_position < _text.Length && _text[_position] == '"')
            _position++;
        offsets = positions.ToArray();
        return value.ToString();
    }

    private void Skip()
    {
        while (_position < _text.Length)
        {
            var c = _text[_position];
            if (char.IsWhiteSpace(c) || c == '\uFEFF')
            {
                _position++;
            }
            else if (c == '/' && _position + 1 < _text.Length && _text[_position + 1] == '/')
            {
                while (_position < _text.Length && _text[_position] != '\n')
                    _position++;
            }
            else if (c == '/' && _position + 1 < _text.Length && _text[_position + 1] == '*')
            {
                var close = _text.IndexOf("*/", _position + 2, StringComparison.Ordinal);
                _position = close < 0 ? _text.Length : close + 2;
            }
            else
            {
                return;
            }
        }
    }
}
