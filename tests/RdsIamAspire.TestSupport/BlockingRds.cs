using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.TestSupport;

/// <summary>
/// A local RDS that blocks a host after ten handshakes that were left half-way, as RDS does after a hundred: max_connect_errors, name
/// resolution and the host cache are on. The server counts only hosts other than 127.0.0.1, so clients come to it by a relay that dials
/// from an address of their own (127.0.0.5, say).
/// </summary>
public sealed class BlockingRds : IAsyncDisposable
{
    private const int HostIsBlocked = 1129; // ER_HOST_IS_BLOCKED

    private readonly List<SourceRelay> _relays = [];

    private BlockingRds(LocalRds rds) => Rds = rds;

    public LocalRds Rds { get; }

    public static async Task<BlockingRds> StartAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("only Linux has all of 127.0.0.0/8 on its loopback interface");
        await TestServer.SkipUnlessUsableAsync(new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Mysqld }, cancellationToken);
        var rds = await TestServer.StartRdsAsync(
            o =>
            {
                o.Database = "orders";
                o.IamUsers.Add("orders_app");
                o.Server = o.Server with
                {
                    Kind = LocalMySqlServerKind.Mysqld,
                    ServerArguments =
                        ["--skip-name-resolve=OFF", "--host-cache-size=128", "--performance-schema=ON", "--max-connect-errors=10"],
                };
            },
            cancellationToken);
        await TestServer.ExecuteAsync(
            rds.Server, "CREATE USER pw@'%' IDENTIFIED BY 'A-made-up-Passw0rd' REQUIRE SSL", cancellationToken);
        return new BlockingRds(rds);
    }

    /// <summary>The connection string of the IAM user, by way of a relay whose connections come from the address.</summary>
    public string ConnectionStringFrom(string address)
    {
        var relay = new SourceRelay(IPAddress.Parse(address), Rds.Server.Port);
        _relays.Add(relay);
        return new MySqlConnectionStringBuilder(Rds.GetConnectionString()) { Server = "127.0.0.1", Port = (uint)relay.Port, Pooling = false }
            .ConnectionString;
    }

    /// <summary>Whether a login with a password from the same host is let in; false when the server has blocked the host.</summary>
    public static async Task<bool> LetsInAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(new MySqlConnectionStringBuilder(connectionString)
        {
            UserID = "pw",
            Password = "A-made-up-Passw0rd",
            Database = "",
            SslMode = MySqlSslMode.VerifyCA,
        }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (MySqlException e) when (e.Number == HostIsBlocked)
        {
            return false;
        }
    }

    /// <summary>Begins handshakes and leaves each half-way, as a client does that has no token.</summary>
    public async Task LeaveHalfwayAsync(string connectionString, int times, CancellationToken cancellationToken)
    {
        var port = (int)new MySqlConnectionStringBuilder(connectionString).Port;
        for (var i = 0; i < times; i++)
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            await tcp.GetStream().ReadExactlyAsync(new byte[5], cancellationToken);
        }

        await TestServer.EventuallyAsync(
            async () => await HandshakeErrorsAsync(cancellationToken) >= times, $"{times} half handshakes are counted", cancellationToken);
    }

    public async Task<long> HandshakeErrorsAsync(CancellationToken cancellationToken) => Convert.ToInt64(
        await TestServer.ScalarAsync(
            Rds.Server.AdminConnectionString,
            "SELECT COALESCE(SUM(COUNT_HANDSHAKE_ERRORS), 0) FROM performance_schema.host_cache",
            cancellationToken),
        CultureInfo.InvariantCulture);

    /// <summary>Skips the test where the resolver's failures pass: the server then never blocks a host whose name it could not look up.</summary>
    public async Task SkipUnlessHostsAreCountedAsync(CancellationToken cancellationToken)
    {
        var counted = await TestServer.ScalarAsync(
            Rds.Server.AdminConnectionString,
            "SELECT COUNT(*) FROM performance_schema.host_cache WHERE HOST_VALIDATED = 'YES'",
            cancellationToken);
        if (Convert.ToInt64(counted, CultureInfo.InvariantCulture) == 0)
            Assert.Skip("this machine's resolver does not answer, and a server without name resolution blocks no host");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays)
            await relay.DisposeAsync();
        await Rds.DisposeAsync();
    }
}
