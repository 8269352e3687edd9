using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Analyzers.Files;

/// <summary>
/// Reads the scalar values of a compose file: <c>KEY: value</c> in a mapping, <c>- KEY=value</c> in a list, block scalars (<c>|</c>,
/// <c>&gt;</c>),
/// and flow collections (<c>{ KEY: value }</c>, <c>[KEY=value]</c>). Goes by lines, as far as such files need YAML.
/// </summary>
internal sealed class YamlValues
{
    private readonly string _text;
    private readonly List<(int Start, int End, int Next)> _lines;
    private readonly List<ConfigurationValue> _values = [];
    private readonly Stack<(int Indentation, string Key)> _parents = new();

    private YamlValues(string text)
    {
        _text = text;
        _lines = [.. TextLines.Of(text)];
    }

    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var reader = new YamlValues(text);
        for (var line = 0; line < reader._lines.Count;)
            line = reader.Line(line);
        return reader._values;
    }

    // Reads a line, or the several that a block or a flow collection takes, and says which is next.
    private int Line(int line)
    {
        var (start, end, next) = _lines[line];
        var from = SkipBlanks(start, end);
        if (from == end || _text[from] == '#')
            return line + 1;
        var indentation = from - start;
        while (_parents.Count > 0 && _parents.Peek().Indentation >= indentation)
            _parents.Pop();
        var path = string.Concat(_parents.Reverse().Select(static parent => parent.Key + ":"));
        if (_text[from] == '-' && from + 1 < end && _text[from + 1] is ' ' or '\t')
        {
            from = SkipBlanks(from + 1, end);
            if (ListItem(path, from, end, TextSpan.FromBounds(start, next)) is { } item)
            {
                _values.Add(item);
                return line + 1;
            }
        }

        var colon = Colon(from, end);
        if (colon < 0)
            return line + 1;
        var key = _text.Substring(from, colon - from).Trim().Trim('"', '\'');
        var value = SkipAnchor(SkipBlanks(colon + 1, end), end);
        if (value == end || _text[value] == '#')
        {
            _parents.Push((indentation, key));
            return line + 1;
        }

        path += key.Replace("__", ":");
        if (_text[value] is '{' or '[')
            return After(Flow(value, path + ":", depth: 0));
        if (_text[value] is '|' or '>' && IsBlockHeader(value + 1, end))
            return Block(line, indentation, path);
        _values.Add(TextLines.Value(_text, path, value, end, TextSpan.FromBounds(start, next), commentNeedsBlank: true));
        return line + 1;
    }

    private int After(int position)
    {
        var line = 0;
        while (line < _lines.Count && _lines[line].Next <= position)
            line++;
        return line + 1;
    }

    // - KEY=value, - "KEY=value"
    private ConfigurationValue? ListItem(string path, int from, int end, TextSpan whole)
    {
        if (from < end && _text[from] is '"' or '\'')
        {
            var close = _text.LastIndexOf(_text[from], end - 1, end - from - 1);
            from++;
            if (close > from)
                end = close;
        }

        var equals = _text.IndexOf('=', from, end - from);
        if (equals < 0 || Colon(from, equals) >= 0)
            return null;
        return TextLines.Value(_text, path + _text.Substring(from, equals - from).Trim()
            .Replace("__", ":"), equals + 1, end, whole, commentNeedsBlank: true);
    }

    // The lines that stand deeper than their key. A literal block keeps its line breaks, a folded one has blanks for them: both are white
    // space.
    private int Block(int line, int indentation, string path)
    {
        var value = new System.Text.StringBuilder();
        var offsets = new List<int>();
        var first = line;
        var last = line;
        for (line++; line < _lines.Count; line++)
        {
            var (start, end, _) = _lines[line];
            var from = SkipBlanks(start, end);
            if (from < end && from - start <= indentation)
                break;
            if (from == end)
                continue;
            if (value.Length > 0)
            {
                value.Append('\n');
                offsets.Add(_lines[last].End);
            }

            for (var i = from; i < end; i++)
            {
                value.Append(_text[i]);
                offsets.Add(i);
            }

            last = line;
        }

        offsets.Add(_lines[last].End);
        if (value.Length > 0)
            _values.Add(new ConfigurationValue(path, value.ToString(), [.. offsets],
            TextSpan.FromBounds(_lines[first].Start, _lines[last].Next)));
        return line;
    }

    // { KEY: value, KEY: "value" }, [KEY=value, "KEY=value"]; returns the position behind it.
    private int Flow(int i, string path, int depth)
    {
        if (depth > 32)
            return _text.Length;
        var isMapping = _text[i] == '{';
        for (i++; i < _text.Length;)
        {
            switch (_text[i])
            {
                case '}' or ']':
                    return i + 1;
                case '{' or '[':
                    i = Flow(i, path, depth + 1);
                    break;
                case ',' or ':' or ' ' or '\t' or '\r' or '\n':
                    i++;
                    break;
                case '#':
                    while (i < _text.Length && _text[i] != '\n')
                        i++;
                    break;
                default:
                    i = isMapping ? FlowPair(i, path, depth) : FlowItem(i, path);
                    break;
            }
        }

        return i;
    }

    private int FlowPair(int start, string path, int depth)
    {
        var next = Scalar(start, isKey: true, out var from, out var to);
        var key = _text.Substring(from, to - from).Replace("__", ":");
        while (next < _text.Length && char.IsWhiteSpace(_text[next]))
            next++;
        if (next >= _text.Length || _text[next] != ':')
            return next;
        next++;
        while (next < _text.Length && char.IsWhiteSpace(_text[next]))
            next++;
        if (next < _text.Length && _text[next] is '{' or '[')
            return Flow(next, path + key + ":", depth + 1);
        if (next >= _text.Length || _text[next] is ',' or '}')
            return next;
        next = Scalar(next, isKey: false, out from, out to);
        _values.Add(TextLines.Plain(_text, path + key, from, to, TextSpan.FromBounds(start, next)));
        return next;
    }

    private int FlowItem(int start, string path)
    {
        var next = Scalar(start, isKey: false, out var from, out var to);
        var equals = _text.IndexOf('=', from, to - from);
        if (equals > 0)
            _values.Add(TextLines.Plain(_text, path + _text.Substring(from, equals - from).Trim()
            .Replace("__", ":"), equals + 1, to, TextSpan.FromBounds(start, next)));
        return next;
    }

    private int Scalar(int i, bool isKey, out int from, out int to)
    {
        if (_text[i] is '"' or '\'')
        {
            var close = _text.IndexOf(_text[i], i + 1);
            from = i + 1;
            to = close < 0 ? _text.Length : close;
            return close < 0 ? _text.Length : close + 1;
        }

        from = i;
        while (i < _text.Length && _text[i] is not (',' or ']' or '}' or '\n') && !(isKey && _text[i] == ':'))
            i++;
        to = i;
        while (to > from && char.IsWhiteSpace(_text[to - 1]))
            to--;
        return i;
    }

    private static bool IsHeaderCharacter(char c) => c is '+' or '-' or (>= '1' and <= '9');

    private bool IsBlockHeader(int from, int end)
    {
        while (from < end && IsHeaderCharacter(_text[from]))
            from++;
        from = SkipBlanks(from, end);
        return from == end || _text[from] == '#';
    }

    private int SkipBlanks(int from, int end)
    {
        while (from < end && _text[from] is ' ' or '\t' or '\uFEFF')
            from++;
        return from;
    }

    // &anchor and !tag say nothing of the value.
    private int SkipAnchor(int from, int end)
    {
        while (from < end && _text[from] is '&' or '!')
        {
            while (from < end && _text[from] is not (' ' or '\t'))
                from++;
            from = SkipBlanks(from, end);
        }

        return from;
    }

    private int Colon(int from, int end)
    {
        for (var i = from; i < end; i++)
        {
            if (_text[i] == ':' && (i + 1 == end || _text[i + 1] is ' ' or '\t'))
                return i;
        }

        return -1;
    }
}
