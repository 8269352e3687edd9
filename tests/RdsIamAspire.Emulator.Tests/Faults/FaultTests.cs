using MySqlConnector;

namespace RdsIamAspire.Emulator.Tests.Faults;

/// <summary>What goes wrong on demand, seen by a client of a real server.</summary>
[Collection(OnARealServer.Name)]
public sealed class FaultTests(RealServer server)
{
    [Fact]
    public async Task ExpireAllTokens_expires_the_tokens_of_now_and_not_those_of_later()
    {
        await using var scene = await Scene.AttachAsync(server);
        var token = scene.Signer.Sign();
        scene.Emulator.Faults.ExpireAllTokens();
        var (_, developer) = await scene.TryAsync(token);
        Assert.Equal(LoginDenial.TokenExpired, developer.Denial);
        Assert.Equal(
            "The fault ExpireAllTokens was set at 2026-01-31T12:00:00Z; this token is of 2026-01-31T12:00:00Z. Make a new one.",
            developer.Explanation);
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
    }

    [Fact]
    public async Task DenyConnect_denies_what_the_policies_allow_until_it_is_reset()
    {
        await using var scene = await Scene.AttachAsync(server);
        scene.Emulator.Faults.DenyConnect = true;
        var (_, developer) = await scene.TryAsync(scene.Signer.Sign());
        Assert.Equal((LoginDenial.DeniedByFault, "403 NotAuthorized"), (developer.Denial, developer.ErrorCode));
        Assert.Equal(
            "The fault DenyConnect is on: rds-db:connect is denied to everybody. Call Faults.Reset() to end it.",
            developer.Explanation);
        scene.Emulator.Faults.Reset();
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
    }

    [Fact]
    public async Task RefuseNewLogins_leaves_open_sessions_alone()
    {
        await using var scene = await Scene.AttachAsync(server);
        await using var open = new MySqlConnection(scene.ConnectionString("app", scene.Signer.Sign()));
        await open.OpenAsync(TestContext.Current.CancellationToken);
        scene.Emulator.Faults.RefuseNewLogins = true;
        var (_, developer) = await scene.TryAsync(scene.Signer.Sign());
        Assert.Equal((LoginDenial.DeniedByFault, "500 InternalError"), (developer.Denial, developer.ErrorCode));
        Assert.Equal(
            "Failed to authorize the connection request for user app because of an internal IAM DB authentication error.",
            developer.ErrorText);
        await using var command = new MySqlCommand("SELECT name FROM items", open);
        Assert.Equal("anvil", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ClockSkew_makes_fresh_tokens_old_or_early()
    {
        await using var scene = await Scene.AttachAsync(server);
        scene.Emulator.Faults.ClockSkew = TimeSpan.FromMinutes(20);
        var (_, old) = await scene.TryAsync(scene.Signer.Sign());
        Assert.Equal(LoginDenial.TokenExpired, old.Denial);
        Assert.EndsWith(
            "is 20 min 0 s old; it was good for 15 min 0 s. Make a new one for each new connection, or renew in time "
                + "(RdsAuthTokenSource does). The fault ClockSkew moves the server's clock by 20 min 0 s.",
            old.Explanation,
            StringComparison.Ordinal);
        scene.Emulator.Faults.ClockSkew = TimeSpan.FromMinutes(-20);
        var (_, early) = await scene.TryAsync(scene.Signer.Sign());
        Assert.Equal(LoginDenial.TokenFromFuture, early.Denial);
    }

    [Fact]
    public async Task MaxLoginsPerSecond_throttles_in_any_second()
    {
        await using var scene = await Scene.AttachAsync(server);
        scene.Emulator.Faults.MaxLoginsPerSecond = 2;
        Assert.NotNull((await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        scene.Time.Advance(TimeSpan.FromMilliseconds(600));
        Assert.NotNull((await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        var (_, developer) = await scene.TryAsync(scene.Signer.Sign());
        Assert.Equal((LoginDenial.Throttled, "429 ThrottlingException"), (developer.Denial, developer.ErrorCode));
        Assert.Equal(
            "More than 2 new logins in one second. RDS limits IAM logins to 200 a second: use a connection pool, and log in again with "
                + "back-off. Faults.MaxLoginsPerSecond sets the limit here.",
            developer.Explanation);
        scene.Time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.NotNull((await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
    }

    [Fact]
    public async Task The_limit_of_RDS_holds_unless_told_otherwise()
    {
        await using var scene = await Scene.AttachAsync(server);
        Assert.Equal(200, scene.Emulator.Faults.MaxLoginsPerSecond);
    }

    [Fact]
    public async Task LoginDelay_holds_the_verdict_back_and_no_other_login()
    {
        await using var scene = await Scene.AttachAsync(server, options => options.PollingConnections = 1);
        scene.Emulator.Faults.LoginDelay = TimeSpan.FromSeconds(3);
        var judged = NextAttemptAsync(scene);
        var slow = scene.LogInAsync(scene.Signer.Sign());
        await judged;
        Assert.False(slow.IsCompleted);

        scene.Emulator.Faults.LoginDelay = TimeSpan.Zero;
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        Assert.False(slow.IsCompleted);
        scene.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("app@%", (await slow).CurrentUser);
    }

    [Fact]
    public async Task AgentSilent_ends_in_a_refusal_at_the_plugins_deadline()
    {
        await using var scene = await Scene.AttachAsync(server);
        scene.Emulator.Faults.AgentSilent = true;
        var client = await scene.LogInAsync(scene.Signer.Sign());
        Assert.Contains("1045 (28000): Access denied for user 'app'@", client.Error, StringComparison.Ordinal);
        Assert.Empty(scene.Attempts);
        Assert.Contains(
            "[AWSAuthenticationPlugin] a login was refused: no agent answered in time",
            await server.Server.ReadLogAsync(50, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task KillSessions_ends_the_sessions_of_IAM_users_and_nobody_elses()
    {
        await using var scene = await Scene.AttachAsync(server);
        await using var admin = new MySqlConnection(server.Server.AdminConnectionString);
        await admin.OpenAsync(TestContext.Current.CancellationToken);
        await using var open = new MySqlConnection(scene.ConnectionString("app", scene.Signer.Sign()));
        await open.OpenAsync(TestContext.Current.CancellationToken);

        await scene.Emulator.Faults.KillSessionsAsync(TestContext.Current.CancellationToken);

        await using var command = new MySqlCommand("SELECT 1", open);
        await Assert.ThrowsAsync<MySqlException>(() => command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        await using var still = new MySqlCommand("SELECT 1", admin);
        Assert.Equal(1L, Convert.ToInt64(await still.ExecuteScalarAsync(TestContext.Current.CancellationToken), null));
    }

    private static Task NextAttemptAsync(Scene scene)
    {
        var judged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Emulator.LoginJudged += (_, _) => judged.TrySetResult();
        return judged.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
