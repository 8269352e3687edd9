using Amazon.Runtime;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>A server, a tunnel to it, and the same user by both ways: with a token over TLS, and through the tunnel.</summary>
internal sealed class TunnelBench : IAsyncDisposable
{
    private readonly ByteRelay _relay;

    private TunnelBench(
        LocalRds rds, RdsIamTunnel tunnel, ByteRelay relay, MySqlDataSource direct, MySqlDataSource through, MySqlDataSource overHop)
    {
        Rds = rds;
        Tunnel = tunnel;
        _relay = relay;
        (Direct, Through, OverHop) = (direct, through, overHop);
    }

    public LocalRds Rds { get; }

    public RdsIamTunnel Tunnel { get; }

    /// <summary>IAM over verified TLS to the server.</summary>
    public MySqlDataSource Direct { get; }

    /// <summary>The tunnel's connection string, over TCP.</summary>
    public MySqlDataSource Through { get; }

    /// <summary>IAM over verified TLS, end to end, with a <see cref="ByteRelay"/> between.</summary>
    public MySqlDataSource OverHop { get; }

    public static async Task<TunnelBench> StartAsync(bool pooling, CancellationToken cancellationToken)
    {
        var rds = await LocalRds.StartAsync(BenchmarkRds.Options(), cancellationToken);
        await using (var admin = new MySqlConnection(rds.Server.AdminConnectionString))
        {
            await admin.OpenAsync(cancellationToken);
            await using var more = new MySqlCommand("SET GLOBAL max_connections = 4000, GLOBAL connect_timeout = 600", admin);
            await more.ExecuteNonQueryAsync(cancellationToken);
        }

        var login = new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Pooling = pooling };
        var principal = rds.Emulator.Principals[0];
        var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions
        {
            ConnectionString = login.ConnectionString,
            Region = rds.Emulator.Region,
            Credentials = new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken),
        });
        var direct = BenchmarkRds.IamDataSource(rds, login.ConnectionString);
        var relay = await ByteRelay.StartAsync(rds.Server.Port, cancellationToken);
        login.Port = (uint)relay.Port;
        return new TunnelBench(rds, tunnel, relay, direct, new MySqlDataSource(tunnel.ConnectionString),
            BenchmarkRds.IamDataSource(rds, login.ConnectionString));
    }

    public async ValueTask DisposeAsync()
    {
        await OverHop.DisposeAsync();
        _relay.Dispose();
        await Through.DisposeAsync();
        await Direct.DisposeAsync();
        await Tunnel.DisposeAsync();
        await Rds.DisposeAsync();
    }
}
