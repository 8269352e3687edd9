using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads the attributes <c>connectionString</c> and <c>value</c>, and the text of elements, of a web.config or
/// app.config.</summary>
internal static class XmlValues
{
    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var values = new List<ConfigurationValue>();
        for (var i = text.IndexOf('<'); i >= 0 && i < text.Length; i = text.IndexOf('<', i))
        {
            if (string.CompareOrdinal(text, i, "<!--", 0, 4) == 0)
            {
                var close = text.IndexOf("-->", i, StringComparison.Ordinal);
                i = close < 0 ? text.Length : close + 3;
                continue;
            }

            var end = Element(text, i, values);
            // The text up to the next tag: <value>Server=…</value>
            var nextTag = end < text.Length ? text.IndexOf('<', end) : -1;
            if (nextTag > end && text.IndexOf('=', end, nextTag - end) >= 0)
                values.Add(Decoded(text, "value", end, nextTag, TextSpan.FromBounds(end, nextTag), ""));
            i = end;
        }

        return values;
    }

    private static int Element(string text, int start, List<ConfigurationValue> values)
    {
        var attributes = new List<(string Name, int From, int To)>();
        var i = start + 1;
        while (i < text.Length && text[i] != '>')
        {
            if (text[i] is '"' or '\'')
            {
                var close = text.IndexOf(text[i], i + 1);
                if (close < 0)
                    return text.Length;
                attributes.Add((NameBefore(text, i), i + 1, close));
                i = close + 1;
                continue;
            }

            i++;
        }

        var end = Math.Min(i + 1, text.Length);
        var key = "";
        var provider = "";
        foreach (var (name, from, to) in attributes)
        {
            if (name is "name" or "key")
                key = text.Substring(from, to - from);
            else if (name == "providerName")
                provider = text.Substring(from, to - from);
        }

        foreach (var (name, from, to) in attributes)
        {
            if (name is "connectionString" or "value")
                values.Add(Decoded(text, key.Length == 0 ? name : key, from, to, TextSpan.FromBounds(start, end), provider));
        }

        return end;
    }

    private static string NameBefore(string text, int quote)
    {
        var end = quote - 1;
        while (end >= 0 && (char.IsWhiteSpace(text[end]) || text[end] == '='))
            end--;
        var start = end;
        while (start >= 0 && (char.IsLetterOrDigit(text[start]) || text[start] is ':' or '-' or '_' or '.'))
            start--;
        return end < 0 ? "" : text.Substring(start + 1, end - start);
    }

    private static ConfigurationValue Decoded(string text, string path, int from, int to, TextSpan whole, string hint)
    {
        var value = new StringBuilder();
        var offsets = new List<int>();
        for (var i = from; i < to;)
        {
            offsets.Add(i);
            if (text[i] == '&' && text.IndexOf(';', i, to - i) is var close && close > 0 && close - i < 10)
            {
                value.Append(text.Substring(i
                    + 1, close - i - 1) switch
                { "amp" => '&', "lt" => '<', "gt" => '>', "quot" => '"', "apos" => '\'', _ => '?' });
                i = close + 1;
                continue;
            }

            value.Append(text[i++]);
        }

        offsets.Add(to);
        var found = new ConfigurationValue(path, value.ToString(), offsets.ToArray(), whole);
        if (hint.Length > 0)
            found.Add(hint);
        return found;
    }
}
