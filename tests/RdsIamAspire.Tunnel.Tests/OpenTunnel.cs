using Amazon.Runtime;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Tunnel.Tests;

/// <summary>A tunnel in this process to the shared server, as one test's user.</summary>
internal static class OpenTunnel
{
    /// <summary>To the test's own database and user.</summary>
    public static RdsIamTunnel To(TestDatabase database, SharedRds shared, Action<RdsIamTunnelOptions>? configure = null) =>
        To(shared.Rds, database.ConnectionString, configure);

    public static RdsIamTunnel To(LocalRds rds, string connectionString, Action<RdsIamTunnelOptions>? configure = null)
    {
        var options = new RdsIamTunnelOptions
        {
            ConnectionString = connectionString,
            Region = rds.Emulator.Region,
            Credentials = Signer(rds),
            DrainTimeout = TimeSpan.FromMinutes(1),
        };
        configure?.Invoke(options);
        return new RdsIamTunnel(options);
    }

    /// <summary>The credentials that the local RDS takes.</summary>
    public static AWSCredentials Signer(LocalRds rds)
    {
        var principal = rds.Emulator.Principals[0];
        return new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken);
    }

    /// <summary>The tunnel's connection string, changed, without a pool.</summary>
    public static string Through(this RdsIamTunnel tunnel, Action<MySqlConnectionStringBuilder>? change = null)
    {
        var builder = new MySqlConnectionStringBuilder(tunnel.ConnectionString) { Pooling = false };
        change?.Invoke(builder);
        return builder.ConnectionString;
    }
}
