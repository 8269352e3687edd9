using global::MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.MySqlConnector.Tests;

public class LoginTests(SharedRds shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_data_source_logs_in_without_a_password()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var db = Build(database.ConnectionString);

        await using var connection = await db.OpenConnectionAsync(Stop);

        Assert.Equal($"{database.User}@%", await ScalarAsync(connection, "SELECT CURRENT_USER()"));
        Assert.DoesNotContain("Password", db.ConnectionString, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_session_is_encrypted()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var db = Build(database.ConnectionString);

        await using var connection = await db.OpenConnectionAsync(Stop);

        Assert.StartsWith("TLS", await ScalarAsync(connection, "SELECT VARIABLE_VALUE FROM performance_schema.session_status WHERE "
            + "VARIABLE_NAME = 'Ssl_version'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_synchronous_open_works_too()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var db = Build(database.ConnectionString);

        using var connection = db.OpenConnection();

        Assert.Equal(database.Name, connection.Database);
    }

    [Fact]
    public async Task Connections_come_from_one_pool_whatever_their_token()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var tokens = new RdsAuthTokenSource();
        await using var db = Build(database.ConnectionString, o => o.TokenSource = tokens);

        int first, second;
        await using (var connection = await db.OpenConnectionAsync(Stop))
            first = connection.ServerThread;
        var login = Logins.RdsIamLogin.Of(db)!;
        tokens.Invalidate(login.Request);
        await login.RefreshAsync(Stop);
        await using (var connection = await db.OpenConnectionAsync(Stop))
            second = connection.ServerThread;

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task After_ChangeDatabase_the_pool_logs_in_again_with_a_live_token()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var db = Build(database.ConnectionString + ";Maximum Pool Size=1");
        int first;
        await using (var connection = await db.OpenConnectionAsync(Stop))
        {
            first = connection.ServerThread;
            await connection.ChangeDatabaseAsync("information_schema", Stop);
        }

        await using var again = await db.OpenConnectionAsync(Stop);

        Assert.Equal(first, again.ServerThread);
        Assert.Equal(database.Name, await ScalarAsync(again, "SELECT DATABASE()"));
    }

    [Fact]
    public async Task What_is_dialled_may_differ_from_what_is_signed_for_and_the_certificate_follows_the_signed_name()
    {
        await using var rds = await TestServer.StartRdsAsync(
            o =>
            {
                o.Database = "orders";
                o.IamUsers.Add("orders_app");
                o.Server = o.Server with { ListenOnAllAddresses = true, Names = ["orders.abc123.eu-west-1.rds.amazonaws.com"] };
            },
            Stop);

        // Not the loopback: there the driver would send a token without a verified certificate too.
        var dialled = OwnAddress.NotLoopback() ?? throw new InvalidOperationException("This machine has no address but loopback.");
        rds.Emulator.AddEndpoint("orders.abc123.eu-west-1.rds.amazonaws.com", 3306);
        var connectionString = new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Server = dialled }.ConnectionString;
        await using var rightName = Build(connectionString, o =>
        {
            o.Credentials = Signer.Of(rds);
            o.SignForHost = "orders.abc123.eu-west-1.rds.amazonaws.com";
            o.Region = rds.Emulator.Region;
        });
        await using var wrongName = Build(connectionString, o => o.Use(rds));

        // The emulator's region is not the one in the name: the name wins, and the refusal is about the region, not about TLS.
        var denial = new TaskCompletionSource<LoginDenial?>();
        rds.Emulator.LoginJudged += (_, attempt) => denial.TrySetResult(attempt.Denial);
        await Assert.ThrowsAsync<MySqlException>(async () => await rightName.OpenConnectionAsync(Stop));
        Assert.Equal(LoginDenial.WrongRegion, await denial.Task.WaitAsync(Stop));

        var refused = await Assert.ThrowsAsync<MySqlException>(async () => await wrongName.OpenConnectionAsync(Stop));
        Assert.Contains($"not for '{dialled}'. Through a tunnel, a port-forward or a CNAME set SignForHost to the endpoint's own "
            + $"name.", refused.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_loopback_the_token_goes_over_verified_TLS_only()
    {
        await using var rds = await TestServer.StartRdsAsync(
            o => { o.Database = "orders"; o.IamUsers.Add("orders_app"); o.Server = o.Server with { ListenOnAllAddresses = true }; }, Stop);
        var dialled = OwnAddress.NotLoopback() ?? throw new InvalidOperationException("This machine has no address but loopback.");
        var connectionString = new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Server = dialled }.ConnectionString;

        await using var db = Build(connectionString,
            o => { o.Use(rds); o.SignForHost = rds.Server.Host; o.SignForPort = rds.Server.Port; });
        await using var connection = await db.OpenConnectionAsync(Stop);

        Assert.Equal("orders_app@%", await ScalarAsync(connection, "SELECT CURRENT_USER()"));
    }

    [Fact]
    public async Task A_builder_whose_result_is_dropped_logs_in_all_the_same()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var driver = new MySqlDataSourceBuilder(database.ConnectionString);
#pragma warning disable RDSIAM014 // What the rule warns of still logs in, without the retry.
        driver.UseRdsIamAuth(o => o.Use(shared.Rds));
#pragma warning restore RDSIAM014
        await using var db = driver.Build();

        await using var connection = await db.OpenConnectionAsync(Stop);

        Assert.Equal($"{database.User}@%", await ScalarAsync(connection, "SELECT CURRENT_USER()"));
    }

    [Fact]
    public void A_connection_string_that_is_changed_after_UseRdsIamAuth_is_refused()
    {
        var driver = new MySqlDataSourceBuilder("Server=127.0.0.1;User ID=u");
        var iam = driver.UseRdsIamAuth(o => o.Region = "us-east-1");
        driver.ConnectionStringBuilder.Server = "127.0.0.2";

        var refused = Assert.Throws<InvalidOperationException>(() => iam.Build());

        Assert.Contains("were changed after UseRdsIamAuth", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_factory_that_the_driver_was_given_stays()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var log = new CapturedLog();
        await using var db = new MySqlDataSourceBuilder(database.ConnectionString).UseLoggerFactory(log).UseRdsIamAuth(o =>
            o.Use(shared.Rds)).Build();

        await using var connection = await db.OpenConnectionAsync(Stop);

        Assert.Contains(log.Lines, line => line.Contains("MySqlConnector", StringComparison.Ordinal)
            || line.Contains("Session", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_data_source_without_IAM_is_told_apart()
    {
        await using var plain = new MySqlDataSource("Server=127.0.0.1");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(async () => await plain.OpenRdsIamConnectionAsync(Stop));

        Assert.Contains("UseRdsIamAuth", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_dispose_no_token_is_made_any_more()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        using var tokens = new RdsAuthTokenSource(new RdsAuthTokenSourceOptions { TimeProvider = time });
        var made = 0;
        tokens.Renewed += (_, _) => Interlocked.Increment(ref made);
        var db = Build(database.ConnectionString, o => { o.TokenSource = tokens; o.TimeProvider = time; });
        await (await db.OpenConnectionAsync(Stop)).DisposeAsync();
        time.Advance(TimeSpan.FromMinutes(14));
        await TestServer.EventuallyAsync(() => Task.FromResult(made == 2), "the token of a data source in use is renewed ahead", Stop);

        await db.DisposeAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        var madeByThen = Volatile.Read(ref made);
        for (var minute = 0; minute < 60; minute++)
            time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(madeByThen, made);
    }

    private MySqlDataSource Build(string connectionString, Action<RdsIamAuthOptions>? configure = null) =>
        new MySqlDataSourceBuilder(connectionString)
            .UseRdsIamAuth(o => { o.Use(shared.Rds); configure?.Invoke(o); })
            .Build();

    private static async Task<string?> ScalarAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync(Stop);
    }
}
