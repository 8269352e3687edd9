using Amazon.Runtime;
using global::MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>A login that cannot be: who says so, when, and with which words.</summary>
public class FailedLoginTests(SharedRds shared)
{
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

    private sealed class HangingCredentials : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw new NotSupportedException();

        public override Task<ImmutableCredentials> GetCredentialsAsync() => new TaskCompletionSource<ImmutableCredentials>().Task;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private MySqlDataSource Build(string connectionString, Action<RdsIamAuthOptions>? configure = null) =>
        new MySqlDataSourceBuilder(connectionString)
            .UseRdsIamAuth(o => { o.Use(shared.Rds); configure?.Invoke(o); })
            .Build();
}
