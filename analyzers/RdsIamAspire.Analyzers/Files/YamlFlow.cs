namespace RdsIamAspire.Analyzers.Files;

/// <content>Flow collections.</content>
internal sealed partial class YamlValues
{
    // { KEY: value, KEY: "value" }, [KEY=value, "KEY=value"]; returns the position behind it.
    private int Flow(int i, string path, string scope, int depth)
    {
        if (depth > 32)
            return _text.Length;
        var isMapping = _text[i] == '{';
        if (isMapping && depth > 0)
            scope += ":#" + Number(i);
        for (i++; i < _text.Length;)
        {
            switch (_text[i])
            {
                case '}' or ']': return i + 1;
                case '{' or '[':
                    i = Flow(i, path, scope, depth + 1);
                    break;
                case ',' or ':' or ' ' or '\t' or '\r' or '\n':
                    i++;
                    break;
                case '#':
                    while (i < _text.Length && _text[i] != '\n')
                        i++;
                    break;
                default:
                    i = isMapping ? FlowPair(i, path, scope, depth) : FlowItem(i, path, scope);
                    break;
            }
        }

        return i;
    }

    private int FlowPair(int start, string path, string scope, int depth)
    {
        var next = Scalar(start, isKey: true, out var from, out var to);
        var key = _text.Substring(from, to - from).Replace("__", ":");
        while (next < _text.Length && char.IsWhiteSpace(_text[next]))
            next++;
        if (next >= _text.Length || _text[next] != ':')
            return Math.Max(next, start + 1);
        next++;
        while (next < _text.Length && char.IsWhiteSpace(_text[next]))
            next++;
        if (next < _text.Length && _text[next] is '{' or '[')
            return Flow(next, path + key + ":", scope + ":" + key, depth + 1);
        if (next >= _text.Length || _text[next] is ',' or '}')
            return next;
        next = Scalar(next, isKey: false, out from, out to);
        _values.Add(TextLines.Plain(_text, path + key, from, to, TextSpan.FromBounds(start, next), scope));
        return next;
    }

    private int FlowItem(int start, string path, string scope)
    {
        var next = Scalar(start, isKey: false, out var from, out var to);
        var equals = _text.IndexOf('=', from, to - from);
        if (equals > 0)
            _values.Add(TextLines.Plain(_text, path + _text.Substring(from, equals - from).Trim().Replace("__", ":"), equals + 1, to,
                TextSpan.FromBounds(start, next), scope));
        return Math.Max(next, start + 1);
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
}
