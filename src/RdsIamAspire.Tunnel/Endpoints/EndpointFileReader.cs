using System.Text.Json;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Tunnel.Endpoints;

/// <summary>Reads the text of an <c>rds-iam.json</c>. Pure.</summary>
internal static class EndpointFileReader
{
    /// <summary>The properties of an endpoint; docs/rds-iam.schema.json has the same.</summary>
    public static readonly IReadOnlyList<string> Properties =
    [
        "endpoint", "user", "database", "region", "awsProfile", "via", "signFor", "ca", "listen", "readOnly", "banner",
    ];

    /// <summary>The colours of a banner.</summary>
    public static readonly IReadOnlyList<string> Banners = ["red", "yellow", "green", "blue", "magenta", "cyan"];

    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads it.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <param name="isOwn">Whether it is the person's own, and not one that came with a project.</param>
    /// <exception cref="EndpointFileException">Something in it is wrong; the message says where and what is right.</exception>
    public static IReadOnlyList<NamedEndpoint> Read(string file, string text, bool isOwn)
    {
        try
        {
            using var json = JsonDocument.Parse(text, Options);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw Wrong(file, "", "is no JSON object; it begins with {\"endpoints\": {");
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Name is not ("endpoints" or "$schema"))
                    throw Wrong(file, "", $"has '{property.Name}', which is not known{Spelling.Suggestion(property.Name, ["endpoints"])}");
            }

            if (!json.RootElement.TryGetProperty("endpoints", out var endpoints))
                return [];
            if (endpoints.ValueKind != JsonValueKind.Object)
                throw Wrong(file, "endpoints", "is no object of names");
            return [.. endpoints.EnumerateObject().Select(endpoint => ReadEndpoint(file, endpoint, isOwn))];
        }
        catch (JsonException e)
        {
            throw Wrong(file, "", $"is no JSON: line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}");
        }
    }

    private static NamedEndpoint ReadEndpoint(string file, JsonProperty given, bool isOwn)
    {
        var name = given.Name;
        if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            throw Wrong(file, $"endpoints.{name}", "is no name: letters, digits, - and _");
        if (given.Value.ValueKind != JsonValueKind.Object)
            throw Wrong(file, $"endpoints.{name}", "is no object with an endpoint");
        foreach (var property in given.Value.EnumerateObject())
        {
            if (!Properties.Contains(property.Name))
            {
                throw Wrong(file, $"endpoints.{name}", $"has '{property.Name}', which is not known"
                    + (Spelling.Suggestion(property.Name, Properties) is { Length: > 0 } suggestion ? suggestion
                        : $"; there are: {string.Join(", ", Properties)}"));
            }
        }

        string? Text(string property) => !given.Value.TryGetProperty(property, out var value) ? null
            : value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text
            : throw Wrong(file, $"endpoints.{name}.{property}", "is no text");
        var endpoint = new NamedEndpoint
        {
            Name = name,
            File = file,
            Endpoint = Text("endpoint") ?? throw Wrong(file, $"endpoints.{name}", "has no 'endpoint': give the database's HOST[:PORT]"),
            User = Text("user"),
            Database = Text("database"),
            Region = Text("region"),
            AwsProfile = Text("awsProfile"),
            Via = Text("via"),
            SignFor = Text("signFor"),
            Ca = Text("ca"),
            Banner = Text("banner"),
            Listen = !given.Value.TryGetProperty("listen", out var port) ? null
                : port.ValueKind == JsonValueKind.Number && port.TryGetInt32(out var number) && number is > 0 and <= 65535 ? number
                : throw Wrong(file, $"endpoints.{name}.listen", "is no port from 1 to 65535"),
            ReadOnly = given.Value.TryGetProperty("readOnly", out var flag)
                && (flag.ValueKind is JsonValueKind.True or JsonValueKind.False ? flag.GetBoolean()
                    : throw Wrong(file, $"endpoints.{name}.readOnly", "is neither true nor false")),
        };
        Check(file, endpoint, isOwn);
        return endpoint;
    }

    private static void Check(string file, NamedEndpoint endpoint, bool isOwn)
    {
        var place = $"endpoints.{endpoint.Name}";
        try
        {
            RdsEndpoint.Parse(endpoint.Endpoint);
            if (endpoint.SignFor is not null)
                RdsEndpoint.Parse(endpoint.SignFor);
            if (endpoint.Via is not null)
                ViaRoute.Parse(endpoint.Via);
        }
        catch (FormatException e)
        {
            throw Wrong(file, place, e.Message);
        }

        if (endpoint.Banner is { } banner && !Banners.Contains(banner))
            throw Wrong(file, $"{place}.banner", $"'{banner}' is no colour of {string.Join(", ", Banners)}");
        // Whoever wrote the project's file would choose both the server and who vouches for it.
        if (endpoint.Ca is not null && !isOwn)
        {
            throw Wrong(file, $"{place}.ca",
                $"is taken from your own file only ({EndpointFiles.OwnPath}): a project must not say whose certificates you trust");
        }
    }

    private static EndpointFileException Wrong(string file, string place, string why) =>
        new($"'{file}'{(place.Length == 0 ? "" : $", {place}")}: {why}");
}
