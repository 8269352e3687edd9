namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the string attributes of Terraform's HCL: <c>key = "value"</c> in blocks, in objects (also those that jsonencode takes)
/// and in lists of objects. A block's type and labels are keys of the path.</summary>
internal sealed class TerraformValues
{
    private const int DeepestBlock = 64;

    private readonly string _text;
    private readonly List<ConfigurationValue> _values = [];
    private int _position;

    private TerraformValues(string text) => _text = text;

    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var reader = new TerraformValues(text);
        reader.Body("", "", 0);
        return reader._values;
    }

    // The attributes and blocks up to the closing brace. Whatever is not understood is passed over, a token at a time.
    private void Body(string path, string scope, int depth)
    {
        var head = "";
        var start = -1;
        while (_position < _text.Length)
        {
            var c = _text[_position];
            if (Skip())
                continue;
            if (c is '}' or ']')
            {
                _position++;
                return;
            }

            if (c == '{' || c == '[')
            {
                _position++;
                if (depth < DeepestBlock)
                    Body(Join(path, head), $"{Join(scope, head)}:#{Number(_position)}", depth + 1);
                head = "";
            }
            else if (c is '=' or ':' && head.Length > 0 && (_position + 1 >= _text.Length || _text[_position + 1] is not ('=' or '>')))
            {
                _position++;
                Attribute(path, scope, head, start, depth);
                head = "";
            }
            else if (c == '"')
            {
                // A label of a block, or a quoted key.
                var from = _position + 1;
                _position = End(from);
                start = head.Length == 0 ? from - 1 : start;
                head = Join(head, _text.Substring(from, _position - from));
                _position++;
            }
            else if (char.IsLetter(c) || c == '_')
            {
                var from = _position;
                while (_position < _text.Length && (char.IsLetterOrDigit(_text[_position]) || _text[_position] is '_' or '-' or '.'))
                    _position++;
                start = head.Length == 0 ? from : start;
                head = Join(head, _text.Substring(from, _position - from));
            }
            else
            {
                if (c is '\n' or ',' or '(' or ')')
                    head = "";
                _position++;
            }
        }
    }

    private void Attribute(string path, string scope, string key, int start, int depth)
    {
        while (_position < _text.Length && _text[_position] is ' ' or '\t')
            _position++;
        if (_position >= _text.Length)
            return;
        if (_text[_position] == '"')
        {
            var from = _position + 1;
            var end = End(from);
            _position = Math.Min(end + 1, _text.Length);
            key = key.Replace("__", ":");
            var inner = key.LastIndexOf(':') is var colon && colon > 0 ? Join(scope, key.Substring(0, colon)) : scope;
            _values.Add(TextLines.Plain(_text, Join(path, key), from, end, TextSpan.FromBounds(start, _position), inner));
        }
        else if (_text[_position] is '{' or '[')
        {
            _position++;
            if (depth < DeepestBlock)
                Body(Join(path, key), $"{Join(scope, key)}:#{Number(_position)}", depth + 1);
        }
        else
        {
            Expression(path, scope, key, depth);
        }
    }

    // jsonencode([{ … }]): what it is given is read, what else an expression says is not.
    private void Expression(string path, string scope, string key, int depth)
    {
        while (_position < _text.Length && _text[_position] is not ('\n' or ',' or '}' or ']'))
        {
            if (_text[_position] is '{' or '[')
            {
                _position++;
                if (depth < DeepestBlock)
                    Body(Join(path, key), $"{Join(scope, key)}:#{Number(_position)}", depth + 1);
            }
            else if (_text[_position] == '"')
            {
                _position = Math.Min(End(_position + 1) + 1, _text.Length);
            }
            else if (!Skip())
            {
                _position++;
            }
        }
    }

    // The closing quote of a string; those within ${…} are not it.
    private int End(int from)
    {
        var depth = 0;
        for (var i = from; i < _text.Length && _text[i] != '\n'; i++)
        {
            if (_text[i] == '\\')
                i++;
            else if (_text[i] == '{' && i > 0 && (_text[i - 1] == '$' || depth > 0))
                depth++;
            else if (_text[i] == '}' && depth > 0)
                depth--;
            else if (_text[i] == '"' && depth == 0)
                return i;
        }

        var line = _text.IndexOf('\n', Math.Min(from, _text.Length));
        return line < 0 ? _text.Length : line;
    }

    // Comments.
    private bool Skip()
    {
        var isLine = _text[_position] == '#' || string.CompareOrdinal(_text, _position, "//", 0, 2) == 0;
        if (!isLine && string.CompareOrdinal(_text, _position, "/*", 0, 2) != 0)
            return false;
        var end = _text.IndexOf(isLine ? "\n" : "*/", _position, StringComparison.Ordinal);
        _position = end < 0 ? _text.Length : isLine ? end : end + 2;
        return true;
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : key.Length == 0 ? path : path + ":" + key;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
