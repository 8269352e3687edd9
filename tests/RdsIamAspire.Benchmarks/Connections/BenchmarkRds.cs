using Amazon.Runtime;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>The server that connection figures are taken on.</summary>
internal static class BenchmarkRds
{
    internal static LocalRdsOptions Options() => new() { Database = "bench", IamUsers = { "bench_app" } };

    /// <summary>The connection string of a user with a made-up password (caching_sha2_password), over the same TLS.</summary>
    internal static async Task<string> CreatePasswordUserAsync(LocalRds rds, CancellationToken cancellationToken)
    {
        var password = Guid.NewGuid().ToString("N");
        await using var admin = new MySqlConnection(rds.Server.AdminConnectionString);
        await admin.OpenAsync(cancellationToken);
        await using var create = new MySqlCommand(
            $"CREATE USER password_app@'%' IDENTIFIED WITH caching_sha2_password BY '{password}' REQUIRE SSL; GRANT ALL ON bench.* TO "
                + "password_app@'%'", admin);
        await create.ExecuteNonQueryAsync(cancellationToken);
        return new MySqlConnectionStringBuilder(rds.GetConnectionString()) { UserID = "password_app", Password = password }.ConnectionString;
    }

    internal static MySqlDataSource IamDataSource(LocalRds rds, string connectionString)
    {
        var principal = rds.Emulator.Principals[0];
        return new MySqlDataSourceBuilder(connectionString)
            .UseRdsIamAuth(o =>
            {
                o.Region = rds.Emulator.Region;
                o.SignForPort = rds.Server.Port; // Whatever stands between.
                o.Credentials = principal.SessionToken is { } session
                    ? new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, session)
                    : new BasicAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey);
            })
            .Build();
    }
}
