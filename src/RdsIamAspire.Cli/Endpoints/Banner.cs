using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Tunnel.Endpoints;

namespace RdsIamAspire.Cli.Endpoints;

/// <summary>The line that says where one is, in the colour that the file gives it.</summary>
internal static class Banner
{
    /// <summary>Says it on stderr, where the endpoint has one.</summary>
    public static void Show(NamedEndpoint? endpoint, string user, bool readOnly)
    {
        if (endpoint?.Banner is null)
            return;
        var line = Line(endpoint, user, readOnly);
        // https://no-color.org: any value that is not empty.
        var isPlain = Console.IsErrorRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        Terminal.Show(isPlain ? $"{line}\n" : $"\x1b[1;97;{Background(endpoint.Banner)}m {line} \x1b[0m\n");
    }

    /// <summary>The line without its colour.</summary>
    internal static string Line(NamedEndpoint endpoint, string user, bool readOnly) =>
        ShownText.Of($"{endpoint.Name}: {endpoint.Endpoint} as '{user}'{(readOnly ? ", read-only" : "")}");

    // ECMA-48, SGR 41 to 46.
    private static int Background(string colour) => colour switch
    {
        "red" => 41,
        "green" => 42,
        "yellow" => 43,
        "blue" => 44,
        "magenta" => 45,
        _ => 46,
    };
}
