using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Aurora;

/// <summary>A writer and a reader with one IAM, and what a failover does to those who are connected.</summary>
public sealed class LocalAuroraTests
{
    private const string WriterName = "orders.cluster-abc123.us-east-1.rds.amazonaws.com";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(LocalMySqlServerKind.Mysqld)]
    [InlineData(LocalMySqlServerKind.Docker)]
    public async Task Writes_go_to_the_writer_are_read_at_the_reader_and_a_failover_changes_the_roles(LocalMySqlServerKind kind)
    {
        await using var aurora = await StartAsync(kind);
        await using var writer = await OpenAsync(aurora, aurora.GetConnectionString());
        await ExecuteAsync(writer, "CREATE TABLE kept (id int PRIMARY KEY); INSERT INTO kept VALUES (1)");
        await aurora.WaitForReaderAsync(Cancel);

        await using (var reader = await OpenAsync(aurora, aurora.GetReaderConnectionString()))
        {
            Assert.Equal(1L, await ScalarAsync(reader, "SELECT COUNT(*) FROM kept"));
            var refused = await Assert.ThrowsAsync<MySqlException>(() => ExecuteAsync(reader, "INSERT INTO kept VALUES (2)"));
            Assert.Equal(
                (1290, "The MySQL server is running with the --read-only option so it cannot execute this statement"),
                (refused.Number, refused.Message));
        }

        await using var begun = await writer.BeginTransactionAsync(Cancel);
        await ExecuteAsync(writer, "INSERT INTO kept VALUES (3)", begun);
        var (before, told) = (aurora.WriterInstance, new TaskCompletionSource<AuroraFailover>());
        aurora.FailedOver += (_, failover) => told.TrySetResult(failover);

        var done = await aurora.FailoverAsync(Cancel);

        Assert.Equal((before, aurora.WriterInstance), (done.OldWriter, done.NewWriter));
        Assert.Equal(("instance-1", "instance-2"), (done.OldWriter, done.NewWriter));
        Assert.True(done.SessionsEnded >= 1);
        Assert.Same(done, await told.Task);
        // An ended session: what the driver makes of a closed connection, 2013 in others.
        var ended = await Record.ExceptionAsync(() => ExecuteAsync(writer, "INSERT INTO kept VALUES (4)", begun));
        Assert.True(ended is IOException or MySqlException { ErrorCode: not MySqlErrorCode.OptionPreventsStatement }, $"{ended}");
        await using var next = await OpenAsync(aurora, aurora.GetConnectionString());
        await ExecuteAsync(next, "INSERT INTO kept VALUES (5)");
        Assert.Equal("1,5", await ScalarAsync(next, "SELECT GROUP_CONCAT(id ORDER BY id) FROM kept"));
        await aurora.WaitForReaderAsync(Cancel);
        await using var nowReader = await OpenAsync(aurora, aurora.GetReaderConnectionString());
        Assert.Equal("1,5", await ScalarAsync(nowReader, "SELECT GROUP_CONCAT(id ORDER BY id) FROM kept"));
    }

    [Fact]
    public async Task There_is_one_IAM()
    {
        await using var aurora = await StartAsync(LocalMySqlServerKind.Mysqld);

        await aurora.Emulator.CreateIamUserAsync("late", "orders", Cancel);
        await aurora.WaitForReaderAsync(Cancel);
        await using (await OpenAsync(aurora, aurora.GetReaderConnectionString("late"), "late"))
        await using (await OpenAsync(aurora, aurora.GetConnectionString("late"), "late"))
        {
            await aurora.FailoverAsync(Cancel);
        }

        // Users are made where the writer is now.
        await aurora.Emulator.CreateIamUserAsync("later", "orders", Cancel);
        await aurora.WaitForReaderAsync(Cancel);
        await using (await OpenAsync(aurora, aurora.GetReaderConnectionString("later"), "later"))
        {
            aurora.Emulator.Faults.DenyConnect = true;
        }

        foreach (var connection in (string[])[aurora.GetConnectionString("later"), aurora.GetReaderConnectionString("later")])
        {
            var denied = await Assert.ThrowsAsync<MySqlException>(async () => await OpenAsync(aurora, connection, "later"));
            Assert.Equal(MySqlErrorCode.AccessDenied, denied.ErrorCode);
        }
    }

    [Fact]
    public async Task Tokens_may_be_signed_for_the_names_of_the_cluster_endpoints_which_the_certificates_have()
    {
        await using var aurora = await StartAsync(LocalMySqlServerKind.Mysqld, options => options.WriterName = WriterName);
        var token = await aurora.Emulator.CreateTokenAsync("orders_app", new EmulatorEndpoint(WriterName, 3306), cancellationToken: Cancel);

        await using var connection =
            new MySqlConnection(new MySqlConnectionStringBuilder(aurora.GetConnectionString()) { Password = token }.ConnectionString);
        await connection.OpenAsync(Cancel);

        Assert.Contains(WriterName, aurora.Writer.Names);
        Assert.Contains(WriterName, aurora.Reader.Names);
    }

    [Fact]
    public async Task An_instance_keeps_its_role_when_it_is_restarted()
    {
        await using var aurora = await StartAsync(LocalMySqlServerKind.Mysqld);
        await aurora.FailoverAsync(Cancel);

        await aurora.Writer.RestartAsync(Cancel);
        await aurora.Reader.RestartAsync(Cancel);

        await using (var writer = await OpenWhenBackAsync(aurora, aurora.GetConnectionString()))
            await ExecuteAsync(writer, "CREATE TABLE after_restart (id int)");
        await aurora.WaitForReaderAsync(Cancel);
        await using var reader = await OpenWhenBackAsync(aurora, aurora.GetReaderConnectionString());
        Assert.Equal(0L, await ScalarAsync(reader, "SELECT COUNT(*) FROM after_restart"));
        var refused = await Assert.ThrowsAsync<MySqlException>(() => ExecuteAsync(reader, "INSERT INTO after_restart VALUES (2)"));
        Assert.Equal(MySqlErrorCode.OptionPreventsStatement, refused.ErrorCode);
    }

    [Fact]
    public async Task A_process_is_told_of_both_endpoints()
    {
        await using var aurora = await StartAsync(LocalMySqlServerKind.Mysqld);

        var environment = aurora.GetEnvironment("orders-db");

        Assert.Equal($"{aurora.WriterEndpoint.Port}", environment["ORDERS_DB_PORT"]);
        Assert.Equal($"{aurora.ReaderEndpoint.Port}", environment["ORDERS_DB_RO_PORT"]);
        Assert.Equal(aurora.GetReaderConnectionString(), environment["ConnectionStrings__orders-db-ro"]);
    }

    [Fact]
    public async Task Kept_data_is_refused_with_a_sentence()
    {
        var options = new LocalAuroraOptions { Rds = { Server = new() { DataVolume = "orders-data" } } };

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => LocalAurora.StartAsync(options, Cancel));

        Assert.StartsWith(
            "The data of a local Aurora goes with it, and cannot be kept in 'orders-data';", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<LocalAurora> StartAsync(LocalMySqlServerKind kind, Action<LocalAuroraOptions>? configure = null)
    {
        var options = new LocalAuroraOptions { Rds = { Server = new() { Kind = kind }, Database = "orders", IamUsers = { "orders_app" } } };
        await TestServer.SkipUnlessUsableAsync(options.Rds.Server, Cancel);
        configure?.Invoke(options);
        return await LocalAurora.StartAsync(options, Cancel);
    }

    private static async Task<MySqlConnection> OpenAsync(LocalAurora aurora, string connectionString, string user = "orders_app")
    {
        var builder = new MySqlConnectionStringBuilder(connectionString) { Pooling = false };
        builder.Password = await aurora.Emulator.CreateTokenAsync(
            user, new EmulatorEndpoint(builder.Server, (int)builder.Port), cancellationToken: Cancel);
        var connection = new MySqlConnection(builder.ConnectionString);
        try
        {
            await connection.OpenAsync(Cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // The agent needs a moment until it judges again.
    private static async Task<MySqlConnection> OpenWhenBackAsync(LocalAurora aurora, string connectionString)
    {
        MySqlConnection? connection = null;
        await TestServer.EventuallyAsync(
            async () => (connection = await OpenAsync(aurora, connectionString)) is not null, "a login is let in", Cancel);
        return connection!;
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string sql, MySqlTransaction? transaction = null)
    {
        await using var command = new MySqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task<object?> ScalarAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancel);
    }
}
