namespace RdsIamAspire.Analyzers.Files;

/// <content>Flow collections.</content>
internal sealed partial class YamlValues
{
    // { KEY: value, KEY: "value" }, [KEY=value, "KEY=value"]; returns the position behind it.
    private int Flow(int i, string path, string scope, int depth)
    {
        if (depth > 32)
            return text.Length;
        var isMapping = text[i] == '{';
        if (isMapping && depth > 0)
            scope += ":#" + Number(i);
        for (i++; i < text.Length;)
        {
            switch (text[i])
            {
                case '}' or ']': return i + 1;
                case '{' or '[':
                    i = Flow(i, path, scope, depth + 1);
                    break;
                case ',' or ':' or ' ' or '\t' or '\r' or '\n':
                    i++;
                    break;
                case '#':
                    i = text.Past(i, text.Length, c => c != '\n');
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
        var key = KeyPath.OfVariable(text.Substring(from, to - from));
        next = text.Past(next, text.Length, char.IsWhiteSpace);
        if (next >= text.Length || text[next] != ':')
            return Math.Max(next, start + 1);
        next++;
        next = text.Past(next, text.Length, char.IsWhiteSpace);
        if (next < text.Length && text[next] is '{' or '[')
            return Flow(next, path + key + ":", scope + ":" + key, depth + 1);
        if (next >= text.Length || text[next] is ',' or '}')
            return next;
        next = Scalar(next, isKey: false, out from, out to);
        _values.Add(TextLines.Plain(text, path + key, from, to, TextSpan.FromBounds(start, next), scope));
        return next;
    }

    private int FlowItem(int start, string path, string scope)
    {
        var next = Scalar(start, isKey: false, out var from, out var to);
        var equals = text.IndexOf('=', from, to - from);
        if (equals > 0)
            _values.Add(TextLines.Plain(text, path + KeyPath.OfVariable(text.Substring(from, equals - from)), equals + 1, to,
                TextSpan.FromBounds(start, next), scope));
        return Math.Max(next, start + 1);
    }

    private int Scalar(int i, bool isKey, out int from, out int to)
    {
        if (text[i] is '"' or '\'')
        {
            var close = text.IndexOf(text[i], i + 1);
            from = i + 1;
            to = close < 0 ? text.Length : close;
            return close < 0 ? text.Length : close + 1;
        }

        from = i;
        i = text.Past(i, text.Length, c => c is not (',' or ']' or '}' or '\n') && !(isKey && c == ':'));
        to = i;
        to = text.Back(to, from, char.IsWhiteSpace);
        return i;
    }
}
