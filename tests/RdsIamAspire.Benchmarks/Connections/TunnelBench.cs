using Amazon.Runtime;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>A server, a tunnel to it, and the same user by both ways: with a token over TLS, and through the tunnel.</summary>
internal sealed class TunnelBench : IAsyncDisposable
{
    private TunnelBench(LocalRds rds, RdsIamTunnel tunnel, MySqlDataSource direct, MySqlDataSource through)
    {
        Rds = rds;
        Tunnel = tunnel;
        Direct = direct;
        Through = through;
    }

    public LocalRds Rds { get; }

    public RdsIamTunnel Tunnel { get; }

    /// <summary>IAM over verified TLS to the server.</summary>
    public MySqlDataSource Direct { get; }

    /// <summary>The tunnel's connection string, over TCP.</summary>
    public MySqlDataSource Through { get; }

    public static async Task<TunnelBench> StartAsync(bool pooling, CancellationToken cancellationToken)
    {
        var rds = await LocalRds.StartAsync(BenchmarkRds.Options(), cancellationToken);
        await using (var admin = new MySqlConnection(rds.Server.AdminConnectionString))
        {
            await admin.OpenAsync(cancellationToken);
            await using var more = new MySqlCommand("SET GLOBAL max_connections = 4000", admin);
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
        return new TunnelBench(
            rds, tunnel, BenchmarkRds.IamDataSource(rds, login.ConnectionString), new MySqlDataSource(tunnel.ConnectionString));
    }

    public async ValueTask DisposeAsync()
    {
        await Through.DisposeAsync();
        await Direct.DisposeAsync();
        await Tunnel.DisposeAsync();
        await Rds.DisposeAsync();
    }
}
