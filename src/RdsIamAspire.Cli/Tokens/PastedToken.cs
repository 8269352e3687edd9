using System.Text.Json;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Cli.Tokens;

/// <summary>
/// A token as people paste it, made into the token: quoted, escaped for a shell or a page, wrapped, URL-encoded, in JSON or a connection
/// string.
/// </summary>
internal static partial class PastedToken
{
    /// <summary>The token in the text, or the text without blanks around it when there is none in it.</summary>
    public static string Find(string text)
    {
        text = text.Trim();
        if (text.StartsWith('{') || text.StartsWith('[') || text.StartsWith('"'))
            text = InJson(text) ?? text;

        // As an HTML page, a shell and a wrapping terminal have it. A token itself has no blank, quote or backslash.
        text = text.Replace("&amp;", "&", StringComparison.OrdinalIgnoreCase).Replace("\\u0026", "&", StringComparison.OrdinalIgnoreCase);
        text = Unprintable().Replace(text, "");
        // The password of a URI ends at its '@'.
        if (InUri().Match(text) is { Success: true } uri)
            text = uri.Groups["password"].Value;
        if (!text.Contains('?', StringComparison.Ordinal) && EncodedQuestion().IsMatch(text))
            text = Uri.UnescapeDataString(text);
        return Token().Match(text) is { Success: true } token ? token.Value : text;
    }

    private static string? InJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Strings(document.RootElement).FirstOrDefault(value => value.Contains("X-Amz-", StringComparison.OrdinalIgnoreCase));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Strings(member.Value)),
        _ => [],
    };

    [GeneratedRegex(@"[\s\\""'`\u2018\u2019\u201c\u201d\u200b\ufeff]+")]
    private static partial Regex Unprintable();

    [GeneratedRegex("^[a-z0-9+:]+://[^:/@?]*:(?<password>[^@/?]*%3F(Action|DBUser|X-Amz-)[^@]*)@", RegexOptions.IgnoreCase)]
    private static partial Regex InUri();

    [GeneratedRegex("%3F(Action|DBUser|X-Amz-)", RegexOptions.IgnoreCase)]
    private static partial Regex EncodedQuestion();

    // From the host on; what stands before it (Password=, https://) and behind it (;) is none of it.
    [GeneratedRegex(@"[A-Za-z0-9._\-\[\]:]+/?\?[^;<>\s]*X-Amz-[^;<>\s]*")]
    private static partial Regex Token();
}
