using System.Net;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>
/// The agent's own connections to the server: what they are opened with, decided from the connection string that was given.
/// </summary>
internal static class AdminConnection
{
    /// <summary>Quick to notice a server that went away, never run into the pool's limit, and over TLS to another machine.</summary>
    /// <exception cref="ArgumentException">The connection string rules TLS out for a server on another machine.</exception>
    public static MySqlConnectionStringBuilder For(string connectionString)
    {
        var admin = new MySqlConnectionStringBuilder(connectionString)
        {
            Pooling = true,
            MaximumPoolSize = 100,
            DefaultCommandTimeout = 15,
            ConnectionIdleTimeout = 60,
            ApplicationName = "RdsIamAspire.Emulator",
        };
        if (HostsOf(admin).FirstOrDefault(host => !IsThisMachine(host)) is not { } remote)
            return admin;

        // The rows that the agent reads hold tokens. "Preferred", the driver's default, would do without TLS when the server offers none.
        switch (admin.SslMode)
        {
            case MySqlSslMode.Disabled:
                throw new ArgumentException(
                    $"SslMode is {admin.SslMode} for {remote}, which is not this machine: the agent reads tokens over this connection."
                    + " Take SslMode=Required or stricter, or leave it out.",
                    nameof(connectionString));
            case MySqlSslMode.Preferred:
#pragma warning disable RDSIAM005 // any server can do that much: MySQL makes its own certificate, which nobody can verify
                admin.SslMode = MySqlSslMode.Required;
#pragma warning restore RDSIAM005
                break;
            default:
                break;
        }

        return admin;
    }

    /// <summary>What tokens for this server may be signed for.</summary>
    public static IEnumerable<EmulatorEndpoint> EndpointsOf(MySqlConnectionStringBuilder admin)
    {
        foreach (var host in HostsOf(admin))
        {
            if (host.StartsWith('/'))
                continue;
            yield return new EmulatorEndpoint(host, (int)admin.Port);
            if (IsThisMachine(host))
            {
                yield return new EmulatorEndpoint("localhost", (int)admin.Port);
                yield return new EmulatorEndpoint("127.0.0.1", (int)admin.Port);
            }
        }
    }

    private static string[] HostsOf(MySqlConnectionStringBuilder admin) =>
        admin.Server.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    // A socket's path, or loopback: what is sent there leaves no machine.
    private static bool IsThisMachine(string host) =>
        host.StartsWith('/')
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
