namespace RdsIamAspire.Analyzers.Rules;

/// <summary>A MySQL connection string that was found, in the source or in a configuration file, with all that rules ask about it.</summary>
/// <param name="Text">The string.</param>
/// <param name="Settings">The settings of its file.</param>
internal sealed record ConnectionStringSite(ConnectionStringText Text, AnalyzerSettings Settings)
{
    /// <summary>The string goes into a MySQL API for certain.</summary>
    public bool IsSink { get; init; }

    /// <summary>The one driver that reads the string, <see cref="MySqlDrivers.None"/> when that is not known.</summary>
    public MySqlDrivers Driver { get; init; }

    public bool SetsTlsElsewhere { get; init; }

    /// <summary>ODBC or OLE DB reads the string: its password counts, its other keys are not the drivers'.</summary>
    public bool IsOtherClients { get; init; }

    /// <summary>The form fits MySQL and nothing around the string says whose it is.</summary>
    public bool IsGuess { get; init; }

    /// <summary>The server can only be this machine.</summary>
    public bool IsLocal => Server is { } server && ConnectionStringShape.IsLocalHost(server);

    /// <summary>The string is a pattern to fill in, not a connection: its server is a placeholder.</summary>
    public bool IsTemplate => Server is { Length: > 0 } server && server.IndexOf(ConnectionStringText.Hole) < 0 && !server.Has("::")
        && (Settings.IsPlaceholder(server) || IsSampleHost(server));

    /// <summary>The server is put in by string.Format: what else stands in the string is meant.</summary>
    public bool IsFormat => Server is { Length: > 2 and < 5 } server && server[0] == '{' && char.IsDigit(server[1])
        && server[server.Length - 1] == '}';

    /// <summary>TLS has no part in a connection over a socket file, a named pipe or shared memory.</summary>
    public bool IsWithoutNetwork => Server?.StartsWith("/", StringComparison.Ordinal) == true
        || Text.ValueOf(MySqlKey.Protocol) is "unix" or "unixsocket" or "pipe" or "namedpipe" or "memory" or "sharedmemory";

    private string? Server => Text.Find(MySqlKey.Server)?.Value;

    // The names that samples give to a server that the reader is to put in.
    private static bool IsSampleHost(string host) => host.Begins("your") && (host.Has("server") || host.Has("host"))
        || host.Is("myServerAddress");
}
