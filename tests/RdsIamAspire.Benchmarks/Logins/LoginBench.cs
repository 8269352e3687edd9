using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Logins;

/// <summary>A local RDS with an IAM user and users with passwords, to log in to over TLS.</summary>
internal sealed class LoginBench : IAsyncDisposable
{
    public const int PasswordUsers = 200;
    private const string Password = "A-long-enough-Passw0rd";

    private readonly LocalRds _rds;
    private readonly string _token;

    private LoginBench(LocalRds rds, string token) => (_rds, _token) = (rds, token);

    public static async Task<LoginBench> StartAsync(CancellationToken cancellationToken)
    {
        var rds = await LocalRds.StartAsync(new LocalRdsOptions { Database = "bench", IamUsers = { "iam" } }, cancellationToken);
        rds.Emulator.Faults.MaxLoginsPerSecond = null;
        await using var admin = new MySqlConnection(rds.Server.AdminConnectionString);
        await admin.OpenAsync(cancellationToken);
        await ExecuteAsync(admin, "SET GLOBAL max_connections = 500", cancellationToken);
        for (var i = 0; i < PasswordUsers; i++)
            await ExecuteAsync(
                admin,
                $"CREATE USER password{i} IDENTIFIED WITH caching_sha2_password BY '{Password}' REQUIRE SSL; GRANT ALL ON bench.* TO "
                    + $"password{i}",
                cancellationToken);
        return new LoginBench(rds, await rds.Emulator.CreateTokenAsync("iam", cancellationToken: cancellationToken));
    }

    /// <summary>Opens and closes a connection with a token; nothing is pooled.</summary>
    public Task OpenWithTokenAsync(CancellationToken cancellationToken) => OpenAsync("iam", _token, cancellationToken);

    /// <summary>The same with a password.</summary>
    public Task OpenWithPasswordAsync(
        int user,
        CancellationToken cancellationToken) => OpenAsync($"password{user}", Password, cancellationToken);

    /// <summary>Empties the server's cache of password hashes, so that the next login of each user is a full one.</summary>
    public async Task ForgetPasswordsAsync(CancellationToken cancellationToken)
    {
        await using var admin = new MySqlConnection(_rds.Server.AdminConnectionString);
        await admin.OpenAsync(cancellationToken);
        await ExecuteAsync(admin, "FLUSH PRIVILEGES", cancellationToken);
    }

    public ValueTask DisposeAsync() => _rds.DisposeAsync();

    private async Task OpenAsync(string user, string password, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(
            new MySqlConnectionStringBuilder(_rds.GetConnectionString("iam")) { UserID = user, Password = password, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
