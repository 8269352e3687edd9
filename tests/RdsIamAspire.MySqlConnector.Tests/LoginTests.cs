using Amazon.Runtime;
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
    public async Task A_refused_old_token_is_renewed_and_tried_once_more()
    {
        await using var rds = await TestServer.StartRdsAsync(o => { o.Database = "orders"; o.IamUsers.Add("orders_app"); }, Stop);
        await using var db = Build(rds.GetConnectionString() + ";Pooling=false", o => o.Use(rds));
        await (await db.OpenConnectionAsync(Stop)).DisposeAsync();
        var attempts = new List<LoginAttempt>();
        rds.Emulator.LoginJudged += (_, attempt) => attempts.Add(attempt);

        // A token's date has whole seconds: one of this second is expired with the others.
        rds.Emulator.Faults.ExpireAllTokens();
        var expired = DateTimeOffset.UtcNow;
        await TestServer.EventuallyAsync(() => Task.FromResult(DateTimeOffset.UtcNow - expired > TimeSpan.FromSeconds(2)), "the next "
            + "second but one", Stop);
        await using var connection = await db.OpenRdsIamConnectionAsync(Stop);

        Assert.Equal([LoginDenial.TokenExpired, null], attempts.Select(a => a.Denial));
    }

    [Fact]
    public async Task A_refused_new_token_is_not_tried_again_and_the_log_says_what_was_signed_for()
    {
        await using var rds = await TestServer.StartRdsAsync(o => { o.Database = "orders"; o.IamUsers.Add("orders_app"); }, Stop);
        var log = new CapturedLog();
        await using var db = Build(rds.GetConnectionString() + ";Pooling=false", o =>
        {
            o.Use(rds); o.LoggerFactory = log;
            // A clock that stands: the token is new however slow the machine is.
            o.TimeProvider = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        });
        var attempts = new List<LoginAttempt>();
        rds.Emulator.LoginJudged += (_, attempt) => attempts.Add(attempt);
        rds.Emulator.Faults.DenyConnect = true;

        var denied = await Assert.ThrowsAsync<MySqlException>(async () => await db.OpenRdsIamConnectionAsync(Stop));

        Assert.Equal(MySqlErrorCode.AccessDenied, denied.ErrorCode);
        Assert.Single(attempts);
        Assert.Contains(log.Lines, line => line.Contains($"The IAM login of orders_app was signed for "
            + $"{rds.Server.Host}:{rds.Server.Port} in {rds.Emulator.Region}", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("X-Amz-Signature", StringComparison.Ordinal));

        rds.Emulator.Faults.DenyConnect = false;
        await using var connection = await db.OpenRdsIamConnectionAsync(Stop);
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
    public async Task A_server_of_another_authority_is_not_sent_a_token()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var connectionString = new MySqlConnectionStringBuilder(database.ConnectionString) { SslCa = "" }.ConnectionString;
        await using var db = Build(connectionString);

        var refused = await Assert.ThrowsAsync<MySqlException>(async () => await db.OpenConnectionAsync(Stop));

        Assert.Contains("does not lead to a CA of the bundle 'embedded'", refused.InnerException!.Message, StringComparison.Ordinal);
        Assert.Contains("rds-iam ca update", refused.InnerException.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_CA_file_that_is_not_there_is_named()
    {
        var missing = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pem");

        var refused = Assert.Throws<InvalidOperationException>(() => new MySqlDataSourceBuilder($"Server=h;User "
            + $"ID=u;SslCa={missing}").UseRdsIamAuth().Build());

        Assert.StartsWith($"The CA certificates of '{missing}' cannot be read: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_credentials_are_said_by_the_open_that_needed_them()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var db = Build(database.ConnectionString, o => o.Credentials = new NoCredentials());

        var failed = await Assert.ThrowsAsync<MySqlException>(async () => await db.OpenConnectionAsync(Stop));

        Assert.Equal("The AWS credentials of the Credentials option (NoCredentials) could not be had: Unable to find credentials. "
            + "Check the object that was given as Credentials.", failed.InnerException!.Message);
        Assert.IsType<RdsAuthTokenException>(failed.InnerException.InnerException);
    }

    [Fact]
    public async Task Opening_with_retry_gives_the_reason_itself_when_no_token_can_be_made()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var db = Build(database.ConnectionString, o => o.Credentials = new NoCredentials());

        await Assert.ThrowsAsync<RdsAuthTokenException>(async () => await db.OpenRdsIamConnectionAsync(Stop));
        Assert.Throws<RdsAuthTokenException>(() => db.OpenRdsIamConnection());
        await Assert.ThrowsAsync<RdsAuthTokenException>(async () => await db.PrepareRdsIamLoginAsync(Stop));
        Assert.Throws<RdsAuthTokenException>(() => db.PrepareRdsIamLogin());
    }

    [Fact]
    public async Task Credentials_that_never_come_end_the_open_at_its_timeout()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var db = Build(database.ConnectionString + ";Connection Timeout=1", o => o.Credentials = new HangingCredentials());

        var failed = await Assert.ThrowsAsync<RdsAuthTokenException>(async () => await db.OpenRdsIamConnectionAsync(Stop));
        var blocked = Assert.Throws<RdsAuthTokenException>(() => db.OpenRdsIamConnection());

        Assert.All([failed, blocked], e => Assert.Contains("were not to be had within 1 s, the time that a connection may take to "
            + "open", e.Message,
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_open_that_is_cancelled_while_a_token_is_awaited_ends_at_once()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        // Neither limit may end it.
        await using var db = Build(database.ConnectionString + ";Connection Timeout=0",
            o => { o.Credentials = new HangingCredentials(); o.CredentialsTimeout = TimeSpan.Zero; });
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var opening = db.OpenRdsIamConnectionAsync(impatient.Token).AsTask();

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
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
    public async Task BuildAsync_says_at_once_that_credentials_are_missing()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);

        await Assert.ThrowsAsync<RdsAuthTokenException>(() => new MySqlDataSourceBuilder(database.ConnectionString)
            .UseRdsIamAuth(o => { o.Credentials = new NoCredentials(); o.Region = "us-east-1"; })
            .BuildAsync(Stop));
    }

    [Fact]
    public async Task A_server_that_is_down_is_named_by_the_driver()
    {
        var port = FreePort.Take();
        await using var db = new MySqlDataSourceBuilder($"Server=127.0.0.1;Port={port};User ID=u").UseRdsIamAuth(o =>
            o.Region = "us-east-1").Build();

        var failed = await Assert.ThrowsAsync<MySqlException>(async () => await db.OpenConnectionAsync(Stop));

        Assert.Equal("Unable to connect to any of the specified MySQL hosts.", failed.Message);
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

    private sealed class HangingCredentials : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw new NotSupportedException();

        public override Task<ImmutableCredentials> GetCredentialsAsync() => new TaskCompletionSource<ImmutableCredentials>().Task;
    }
}
