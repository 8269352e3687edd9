namespace RdsIamAspire.Analyzers.Rules;

/// <summary>A MySQL connection string that was found, in the source or in a configuration file, with all that rules ask about it.</summary>
internal sealed class ConnectionStringSite(ConnectionStringText text, AnalyzerSettings settings, bool isSink, MySqlDrivers driver,
    bool setsTlsElsewhere)
{
    public ConnectionStringText Text { get; } = text;

    public AnalyzerSettings Settings { get; } = settings;

    /// <summary>The string goes into a MySQL API for certain.</summary>
    public bool IsSink { get; } = isSink;

    /// <summary>The one driver that reads the string, <see cref="MySqlDrivers.None"/> when that is not known.</summary>
    public MySqlDrivers Driver { get; } = driver;

    public bool SetsTlsElsewhere { get; } = setsTlsElsewhere;

    /// <summary>ODBC or OLE DB reads the string: its password counts, its other keys are not the drivers'.</summary>
    public bool IsOtherClients { get; set; }

    /// <summary>The form fits MySQL and nothing around the string says whose it is.</summary>
    public bool IsGuess { get; set; }

    /// <summary>The server can only be this machine.</summary>
    public bool IsLocal => Text.Find(MySqlKey.Server) is { } server && ConnectionStringShape.IsLocalHost(server.Value);

    /// <summary>The string is a pattern to fill in, not a connection: its server is a placeholder.</summary>
    public bool IsTemplate =>
        Text.Find(MySqlKey.Server) is { } server && server.Value.IndexOf(ConnectionStringText.Hole) < 0 && server.Value.Length > 0
        && server.Value.IndexOf("::", StringComparison.Ordinal) < 0
        && (PlaceholderValue.Matches(server.Value, Settings.PlaceholderPatterns) || IsSampleHost(server.Value));

    /// <summary>The server is put in by string.Format: what else stands in the string is meant.</summary>
    public bool IsFormat => Text.Find(MySqlKey.Server) is { Value: var server } && server.Length is > 2 and < 5 && server[0] == '{'
        && char.IsDigit(server[1]) && server[server.Length - 1] == '}';

    // The names that samples give to a server that the reader is to put in.
    private static bool IsSampleHost(string host) =>
        host.StartsWith("your", StringComparison.OrdinalIgnoreCase)
        && (host.IndexOf("server", StringComparison.OrdinalIgnoreCase) > 0 || host.IndexOf("host", StringComparison.OrdinalIgnoreCase) > 0)
        || host.Equals("myServerAddress", StringComparison.OrdinalIgnoreCase);

    /// <summary>TLS has no part in a connection over a socket file, a named pipe or shared memory.</summary>
    public bool IsWithoutNetwork =>
        Text.Find(MySqlKey.Protocol) is { } protocol
        && protocol.Value.ToLowerInvariant() is "unix" or "unixsocket" or "pipe" or "namedpipe" or "memory" or "sharedmemory"
        || Text.Find(MySqlKey.Server) is { } server && server.Value.StartsWith("/", StringComparison.Ordinal);
}
