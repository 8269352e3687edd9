using global::MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>A server that takes only so many new logins in a second, as RDS does, and refuses the rest without saying why.</summary>
public sealed class PacingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logins_over_the_limit_wait_and_pass()
    {
        await using var rds = await StartAsync();
        rds.Emulator.Faults.MaxLoginsPerSecond = 10;
        await using var dataSource = DataSource(rds);

        var opens = Enumerable.Range(0, 20).Select(_ => dataSource.OpenRdsIamConnectionAsync(Stop).AsTask()).ToList();
        foreach (var connection in await Task.WhenAll(opens))
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task Blocking_logins_over_the_limit_wait_and_pass()
    {
        await using var rds = await StartAsync();
        rds.Emulator.Faults.MaxLoginsPerSecond = 10;
        await using var dataSource = DataSource(rds);

        var opens = Enumerable.Range(0, 20).Select(_ => Task.Run(dataSource.OpenRdsIamConnection, Stop)).ToList();
        foreach (var connection in await Task.WhenAll(opens))
            await connection.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_pace_a_refusal_is_the_callers_at_once()
    {
        await using var rds = await StartAsync();
        rds.Emulator.Faults.MaxLoginsPerSecond = 1;
        await using var dataSource = DataSource(rds, o => o.DisableLoginPacing = true);
        var judged = Count(rds);

        var opens = Enumerable.Range(0, 3).Select(_ => dataSource.OpenRdsIamConnectionAsync(Stop).AsTask()).ToList();
        await Task.WhenAll(opens.Select(open => open.ContinueWith(_ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default)));

        Assert.All(opens.Where(open => open.IsFaulted), open => Assert.Equal(
            MySqlErrorCode.AccessDenied, Assert.IsType<MySqlException>(open.Exception!.InnerException).ErrorCode));
        // At most one more try each, where this machine was slow and the token a second old.
        Assert.InRange(judged(), 3, 6);
    }

    [Fact]
    public async Task A_login_that_has_passed_before_is_tried_again_a_few_times_and_then_says_what_it_may_be()
    {
        await using var rds = await StartAsync();
        using var log = new CapturedLog();
        await using var dataSource = DataSource(rds, o => o.LoggerFactory = log);
        await (await dataSource.OpenRdsIamConnectionAsync(Stop)).DisposeAsync();
        rds.Emulator.Faults.DenyConnect = true;
        var judged = Count(rds);

        var denied = await Assert.ThrowsAsync<MySqlException>(() => dataSource.OpenRdsIamConnectionAsync(Stop).AsTask());

        Assert.Equal(MySqlErrorCode.AccessDenied, denied.ErrorCode);
        Assert.InRange(judged(), 3, 40);
        Assert.Contains(log.Lines, l => l.Contains("there may be too many new logins in this second", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_that_are_all_expired_in_this_very_second_are_got_over()
    {
        await using var rds = await StartAsync();
        await using var dataSource = DataSource(rds);
        await (await dataSource.OpenRdsIamConnectionAsync(Stop)).DisposeAsync();

        // A token's date has whole seconds: one that is made anew in this second is expired too.
        rds.Emulator.Faults.ExpireAllTokens();

        await (await dataSource.OpenRdsIamConnectionAsync(Stop)).DisposeAsync();
    }

    [Fact]
    public async Task A_pool_fills_with_as_many_logins_as_it_has_connections()
    {
        await using var rds = await StartAsync();
        await using var dataSource = DataSource(rds, pooling: true);
        var judged = Count(rds);

        for (var round = 0; round < 3; round++)
        {
            var connections = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => dataSource.OpenRdsIamConnectionAsync(Stop).AsTask()));
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }

        Assert.Equal(10, judged());
    }

    private static Func<int> Count(LocalRds rds)
    {
        var judged = 0;
        rds.Emulator.LoginJudged += (_, _) => Interlocked.Increment(ref judged);
        return () => Volatile.Read(ref judged);
    }

    private static Task<LocalRds> StartAsync() => TestServer.StartRdsAsync(
        o =>
        {
            o.Database = "orders";
            o.IamUsers.Add("orders_app");
        },
        Stop);

    private static MySqlDataSource DataSource(LocalRds rds, Action<RdsIamAuthOptions>? configure = null, bool pooling = false) =>
        new MySqlDataSourceBuilder(new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Pooling = pooling }.ConnectionString)
            .UseRdsIamAuth(o =>
            {
                o.Use(rds);
                configure?.Invoke(o);
            })
            .Build();
}
