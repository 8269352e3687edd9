using System.Text.Json;
using System.Text.RegularExpressions;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.AppHosts;

/// <summary>A login that a running AppHost hands out to a service: <c>ConnectionStrings__NAME</c>, and what goes with it.</summary>
/// <param name="Resource">The service.</param>
/// <param name="Connection">The connection's name.</param>
/// <param name="Text">Its host, port and user.</param>
/// <param name="InContainer">Whether the service is a container: then the host's name is one of the container network.</param>
/// <param name="Environment">All that the service has in its environment.</param>
internal sealed partial record HandedOut(
    string Resource, string Connection, ConnectionText Text, bool InContainer, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The region that the service signs for, where it is told.</summary>
    public string? Region => Environment.GetValueOrDefault(Setting("Region"));

    /// <summary>The CA that the service checks the server against; null leaves it to the bundle in force.</summary>
    public string? CaFile => Text.CaFile ?? Environment.GetValueOrDefault($"{Prefix}_CACERTIFICATEPATH");

    /// <summary>What the token is signed for, where it is not the host.</summary>
    public string? SignFor => Environment.GetValueOrDefault(Setting("SignForHost")) is { Length: > 0 } host
        ? Environment.GetValueOrDefault(Setting("SignForPort")) is { Length: > 0 } port ? $"{host}:{port}" : host
        : null;

    private string Prefix => NoVariable().Replace(Connection, "_").ToUpperInvariant();

    /// <summary>Reads the JSON of <c>aspire describe</c>. Pure.</summary>
    /// <returns>The logins by IAM: those that our own hosting marks, and passwordless ones to an RDS endpoint.</returns>
    public static IReadOnlyList<HandedOut> Read(string json)
    {
        const string prefix = "ConnectionStrings__";
        var found = new List<HandedOut>();
        foreach (var resource in Resources(json))
        {
            var environment = Variables(resource);
            foreach (var (name, value) in environment.Where(pair => pair.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                var connection = name[prefix.Length..];
                var isMarked = environment.ContainsKey($"RdsIam__MySqlConnector__{connection}__Region");
                if (Parse(value) is { Host: { } host, User: not null } text
                    && (isMarked || (!text.HasPassword && RdsEndpoint.TryParse(host, out var endpoint) && endpoint.IsRds)))
                    found.Add(new(Name(resource), connection, text, StringOf(resource, "resourceType") == "Container", environment));
            }
        }

        return found;
    }

    /// <summary>The resource that stands for a server, whose log says why it refused a login; null where there is none. Pure.</summary>
    public static string? ServerAt(string json, string host, int port) => Resources(json)
        .Where(resource => StringOf(resource, "resourceType") == "RDS MySQL"
            && resource.TryGetProperty("properties", out var properties)
            && StringOf(properties, "rds.endpoint") == FormattableString.Invariant($"{host}:{port}"))
        .Select(Name).FirstOrDefault();

    private static List<JsonElement> Resources(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty("resources", out var all) && all.ValueKind == JsonValueKind.Array
                ? [.. all.EnumerateArray().Select(resource => resource.Clone())]
                : [];
        }
        catch (JsonException e)
        {
            throw ToolException.Missing("'aspire describe' gave JSON that is cut off or is none", e);
        }
    }

    private static Dictionary<string, string> Variables(JsonElement resource) =>
        resource.TryGetProperty("environment", out var all) && all.ValueKind == JsonValueKind.Object
            ? all.EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.OrdinalIgnoreCase)
            : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    private static ConnectionText? Parse(string value)
    {
        try
        {
            return ConnectionText.Read(value);
        }
        catch (ToolException)
        {
            return null; // another kind of resource's
        }
    }

    private static string Name(JsonElement resource) => StringOf(resource, "displayName") ?? StringOf(resource, "name") ?? "";

    private static string? StringOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private string Setting(string name) => $"RdsIam__MySqlConnector__{Connection}__{name}";

    [GeneratedRegex("[^A-Za-z0-9]")]
    private static partial Regex NoVariable();
}
