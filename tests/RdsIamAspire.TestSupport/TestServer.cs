using System.Runtime.ExceptionServices;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.TestSupport;

/// <summary>The MySQL server that tests run on: whatever this machine has, RDS_IAM_SERVER=docker or mysqld chooses.</summary>
public static class TestServer
{
    private static readonly Lazy<Task<string?>> None = new(FindAsync);

    /// <summary>Why this machine has no server, in one line; null when it has one.</summary>
    public static Task<string?> WhyNoneAsync() => None.Value;

    /// <summary>A local RDS of one test; skips the test where this machine has no server.</summary>
    public static async Task<LocalRds> StartRdsAsync(
        Action<LocalRdsOptions>? configure = null,
        CancellationToken cancellationToken = default)
    {
        if (await WhyNoneAsync() is { } reason) Assert.Skip(reason);
        var options = new LocalRdsOptions();
        configure?.Invoke(options);
        return await LocalRds.StartAsync(options, cancellationToken);
    }

    /// <summary>A server of one kind; skips the test where this machine has none of it.</summary>
    public static async Task<ILocalMySqlServer> StartAsync(LocalMySqlServerOptions options, CancellationToken cancellationToken = default)
    {
        await SkipUnlessUsableAsync(options, cancellationToken);
        return await LocalMySqlServer.StartAsync(options, cancellationToken);
    }

    /// <summary>Skips the test where no server fits the options.</summary>
    public static async Task SkipUnlessUsableAsync(LocalMySqlServerOptions options, CancellationToken cancellationToken = default)
    {
        var candidates = await LocalMySqlServer.FindAsync(options, cancellationToken);
        if (!candidates.Any(candidate => candidate.IsUsable))
            Assert.Skip($"no {options.Kind} server on this machine: {candidates[0].Problem}");
    }

    public static async Task ExecuteAsync(ILocalMySqlServer server, string sql, CancellationToken cancellationToken = default)
    {
        await using var connection = new MySqlConnection(server.AdminConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<object?> ScalarAsync(string connectionString, string sql, CancellationToken cancellationToken = default)
    {
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Waits for a condition; the exception of the last look is what the test fails with.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        ExceptionDispatchInfo? last = null;
        while (!patience.IsCancellationRequested)
        {
            try
            {
                if (await condition()) return;
                last = null;
            }
            catch (Exception e) when (e is MySqlException or IOException) { last = ExceptionDispatchInfo.Capture(e); }

            await Task.Delay(50, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        last?.Throw();
        Assert.Fail($"After 2 minutes still not so: {what}");
    }

    private static async Task<string?> FindAsync()
    {
        var candidates = await LocalMySqlServer.FindAsync();
        return candidates.Any(candidate => candidate.IsUsable)
            ? null
            : "no MySQL server on this machine: "
                + string.Join(" ", candidates.Select(candidate => $"{candidate.Description}: {candidate.Problem}."));
    }
}
