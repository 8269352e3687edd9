using System.Text.Json;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Cli.AppHosts;

/// <summary>The line of a refused login in the log of an AppHost's local server.</summary>
/// <param name="User">Who was refused.</param>
/// <param name="Denial">The reason's name.</param>
/// <param name="Explanation">The reason.</param>
internal sealed partial record RefusalLine(string User, string Denial, string Explanation)
{
    /// <summary>The last refusal of a user in what <c>aspire logs --format json</c> wrote; null when there is none. Pure.</summary>
    public static RefusalLine? LastOf(string user, string log) => Texts(log)
        .Select(static text => Pattern().Match(text))
        .Where(static match => match.Success)
        .Select(static match => new RefusalLine(match.Groups["user"].Value, match.Groups["denial"].Value,
            match.Groups["explanation"].Value.Trim()))
        .LastOrDefault(line => line.User == user);

    // One document, or one a line; which of its texts is the line is the version's own affair.
    private static IEnumerable<string> Texts(string log)
    {
        var begin = log.AsSpan().IndexOfAny('{', '[');
        if (begin < 0)
            return [];
        return Read(log[begin..]) ?? log.Split('\n').Where(static line => line.TrimStart().StartsWith('{')).SelectMany(
            static line => Read(line) ?? []);
    }

    private static List<string>? Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var found = new List<string>();
            Collect(document.RootElement, found);
            return found;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Collect(JsonElement element, List<string> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                found.Add(element.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Collect(item, found);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                    Collect(property.Value, found);
                break;
        }
    }

    [GeneratedRegex(@"Login of '(?<user>[^'\r\n]*)' from \S* denied: (?<denial>\w+)\. (?<explanation>[^\r\n]*)")]
    private static partial Regex Pattern();
}
