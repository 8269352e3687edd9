namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the string attributes of Terraform's HCL: <c>key = "value"</c> in blocks, in objects (also those that jsonencode takes)
/// and in lists of objects. A block's type and labels are keys of the path.</summary>
internal sealed class TerraformValues(string text)
{
    private const int DeepestBlock = 64;

    private readonly List<ConfigurationValue> _values = [];
    private int _position;

    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var reader = new TerraformValues(text);
        reader.Body("", "", 0);
        return reader._values;
    }

    // The attributes and blocks up to the closing brace. Whatever is not understood is passed over, a token at a time.
    private void Body(string path, string scope, int depth)
    {
        var (head, start) = ("", -1);
        while (_position < text.Length)
        {
            var c = text[_position];
            if (Skip())
                continue;
            if (c is '}' or ']')
            {
                _position++;
                return;
            }

            if (c is '{' or '[')
            {
                Nested(path, scope, head, depth);
                head = "";
            }
            else if (c is '=' or ':' && head.Length > 0 && (_position + 1 >= text.Length || text[_position + 1] is not ('=' or '>')))
            {
                _position++;
                Attribute(path, scope, head, start, depth);
                head = "";
            }
            else if (c is '"' or '_' || char.IsLetter(c))
            {
                // A label of a block or a quoted key, or a name.
                var quote = c == '"' ? 1 : 0;
                var from = _position + quote;
                var to = c == '"' ? End(from) : text.Past(from, text.Length, static c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.');
                start = head.Length == 0 ? _position : start;
                head = KeyPath.Join(head, text.Substring(from, to - from));
                _position = to + quote;
            }
            else
            {
                if (c is '\n' or ',' or '(' or ')')
                    head = "";
                _position++;
            }
        }
    }

    private void Nested(string path, string scope, string key, int depth)
    {
        _position++;
        var inner = KeyPath.Join(scope, key) + ":#" + _position.ToString(CultureInfo.InvariantCulture);
        if (depth < DeepestBlock)
            Body(KeyPath.Join(path, key), inner, depth + 1);
    }

    private void Attribute(string path, string scope, string key, int start, int depth)
    {
        _position = text.Past(_position, text.Length, static c => c is ' ' or '\t');
        if (_position < text.Length && text[_position] == '"')
        {
            var from = _position + 1;
            var end = End(from);
            _position = Math.Min(end + 1, text.Length);
            key = KeyPath.OfVariable(key);
            _values.Add(TextLines.Plain(text, KeyPath.Join(path, key), from, end, TextSpan.FromBounds(start, _position),
                KeyPath.Join(scope, KeyPath.Parent(key))));
            return;
        }

        // jsonencode([{ … }]): what it is given is read, what else an expression says is not.
        while (_position < text.Length && text[_position] is not ('\n' or ',' or '}' or ']'))
        {
            if (text[_position] is '{' or '[')
                Nested(path, scope, key, depth);
            else if (text[_position] == '"')
                _position = Math.Min(End(_position + 1) + 1, text.Length);
            else if (!Skip())
                _position++;
        }
    }

    // The closing quote of a string; those within ${…} are not it.
    private int End(int from)
    {
        var depth = 0;
        var i = from;
        for (; i < text.Length && text[i] != '\n' && !(text[i] == '"' && depth == 0); i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '{' && i > 0 && (text[i - 1] == '$' || depth > 0))
                depth++;
            else if (text[i] == '}' && depth > 0)
                depth--;
        }

        return Math.Min(i, text.Length);
    }

    // Comments.
    private bool Skip()
    {
        var isLine = text[_position] == '#' || string.CompareOrdinal(text, _position, "//", 0, 2) == 0;
        if (!isLine && string.CompareOrdinal(text, _position, "/*", 0, 2) != 0)
            return false;
        var end = text.IndexOf(isLine ? "\n" : "*/", _position, StringComparison.Ordinal);
        _position = end < 0 ? text.Length : isLine ? end : end + 2;
        return true;
    }
}
