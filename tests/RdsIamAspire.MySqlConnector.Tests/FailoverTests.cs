using global::MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>The writer of a cluster is another instance: the pool's connections are with the wrong one.</summary>
public sealed class FailoverTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("orders.cluster-abc123.eu-west-1.rds.amazonaws.com", "orders.cluster-abc123.eu-west-1.rds.amazonaws.com", true)]
    [InlineData("orders.cluster-abc123.eu-west-1.rds.amazonaws.com", "10.0.0.7", true)]
    [InlineData("orders.cluster-ro-abc123.eu-west-1.rds.amazonaws.com", "orders.cluster-ro-abc123.eu-west-1.rds.amazonaws.com", false)]
    [InlineData("orders.abc123.eu-west-1.rds.amazonaws.com", "orders.abc123.eu-west-1.rds.amazonaws.com", false)]
    [InlineData("db.example", "db.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    public void Only_a_writers_endpoint_is_watched(string host, string dialled, bool watched) =>
        Assert.Equal(watched, Logins.FailoverWatch.For(host, dialled, new RdsIamAuthOptions()) is not null);

    [Theory]
    [InlineData(1290, "The MySQL server is running with the --read-only option so it cannot execute this statement", true)]
    [InlineData(1290, "The MySQL server is running with the --secure-file-priv option so it cannot execute this statement", false)]
    [InlineData(1836, "Running in read-only mode", true)]
    [InlineData(1053, "Server shutdown in progress", true)]
    [InlineData(1045, "Access denied", false)]
    public void These_errors_say_that_the_instance_is_no_writer(int code, string message, bool isFailover) =>
        Assert.Equal(isFailover, Logins.FailoverWatch.IsFailover(code, message));

    [Fact]
    public async Task A_pool_whose_instance_takes_no_writes_any_more_is_emptied_and_that_is_said_once()
    {
        await using var rds = await TestServer.StartRdsAsync(
            o =>
            {
                o.Database = "orders";
                o.IamUsers.Add("orders_app");
            },
            Stop);
        using var log = new CapturedLog();
        await using var db = new MySqlDataSourceBuilder(rds.GetConnectionString()).UseRdsIamAuth(o =>
        {
            o.Use(rds);
            o.LoggerFactory = log;
        }).Build();
        var idle = await db.OpenRdsIamConnectionAsync(Stop);
        int[] sessions;
        await using (var writing = await db.OpenRdsIamConnectionAsync(Stop))
        {
            sessions = [idle.ServerThread, writing.ServerThread];
            await idle.DisposeAsync();
            await ExecuteAsync(writing, "CREATE TABLE kept (id int)");
            await TestServer.ExecuteAsync(rds.Server, "SET GLOBAL read_only = ON", Stop);

            for (var i = 0; i < 3; i++)
            {
                var refused = await Assert.ThrowsAsync<MySqlException>(() => ExecuteAsync(writing, "INSERT INTO kept VALUES (1)"));
                Assert.Equal(MySqlErrorCode.OptionPreventsStatement, refused.ErrorCode);
            }
        }

        await TestServer.ExecuteAsync(rds.Server, "SET GLOBAL read_only = OFF", Stop);
        await using var next = await db.OpenRdsIamConnectionAsync(Stop);
        await using var another = await db.OpenRdsIamConnectionAsync(Stop);
        Assert.DoesNotContain(next.ServerThread, sessions);
        Assert.DoesNotContain(another.ServerThread, sessions);
        Assert.Single(
            log.Lines, line => line.Contains("this instance takes no writes (error 1290), as after a failover", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_failover_with_a_name_that_was_cached_the_pool_finds_the_new_writer()
    {
        var options = new LocalAuroraOptions { Rds = { Database = "orders", IamUsers = { "orders_app" } } };
        await TestServer.SkipUnlessUsableAsync(options.Rds.Server, Stop);
        await using var aurora = await LocalAurora.StartAsync(options, Stop);
        aurora.StaleNameFor = TimeSpan.FromSeconds(1);
        var principal = aurora.Emulator.Principals[0];
        await using var db = new MySqlDataSourceBuilder(aurora.GetConnectionString()).UseRdsIamAuth(o =>
        {
            o.Region = aurora.Emulator.Region;
            o.Credentials = new Amazon.Runtime.SessionAWSCredentials(
                principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken);
        }).Build();
        await using (var connection = await db.OpenRdsIamConnectionAsync(Stop))
            await ExecuteAsync(connection, "CREATE TABLE kept (id int)");

        await aurora.FailoverAsync(Stop);

        // A plain pool would keep its connection to the old writer for good.
        await TestServer.EventuallyAsync(
            async () =>
            {
                await using var connection = await db.OpenRdsIamConnectionAsync(Stop);
                await ExecuteAsync(connection, "INSERT INTO kept VALUES (1)");
                return true;
            },
            "a write is taken",
            Stop);
    }

    /// <summary>The short form of <c>bench failover</c>.</summary>
    [Fact]
    public async Task Whatever_was_acknowledged_is_there_after_failovers_under_writers()
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, Stop);

        Assert.Equal(0, await Benchmarks.Failover.FailoverBench.RunAsync(["failover", "--times", "3", "--writers", "8"]));
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
