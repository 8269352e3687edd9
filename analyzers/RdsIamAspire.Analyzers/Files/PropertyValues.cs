using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Analyzers.Files;

/// <summary>Reads lines of <c>key = value</c>: .properties, .ini, quartz.config, Terraform's attributes.</summary>
internal static class PropertyValues
{
    public static IReadOnlyList<ConfigurationValue> Read(string text)
    {
        var values = new List<ConfigurationValue>();
        foreach (var (start, end, next) in TextLines.Of(text))
        {
            var from = start;
            while (from < end && (char.IsWhiteSpace(text[from]) || text[from] == '\uFEFF'))
                from++;
            if (from == end || text[from] is '#' or '!' or ';' or '[' || text[from] == '/' && from + 1 < end && text[from + 1] == '/')
                continue;
            var equals = text.IndexOf('=', from, end - from);
            if (equals <= from)
                continue;
            var key = text.Substring(from, equals - from).Trim().Trim('"').Replace("__", ":");
            values.Add(TextLines.Value(text, key, equals + 1, end, TextSpan.FromBounds(start, next), commentNeedsBlank: true));
        }

        ConfigurationValue.TellSiblings(values, 0, "");
        return values;
    }
}
