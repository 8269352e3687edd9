using MySqlConnector;

namespace RdsIamAspire.Emulator.Tests.Logins;

/// <summary>A session that came in with a token is the server's own: user, grants, roles, statements.</summary>
[Collection(OnARealServer.Name)]
public sealed class SessionTests(RealServer server)
{
    [Fact]
    public async Task A_right_token_lets_its_user_in_and_the_developer_sees_who_signed()
    {
        await using var scene = await Scene.AttachAsync(server);
        var (client, developer) = await scene.TryAsync(scene.Signer.Sign());
        Assert.Equal("app@%", client.CurrentUser);
        Assert.True(developer.Allowed);
        Assert.Equal(("app", scene.Principal.AccessKeyId, scene.Principal.Arn, Clock.Start, true),
            (developer.User, developer.AccessKeyId, developer.PrincipalArn, developer.Time, developer.Tls));
        Assert.Null(developer.ErrorCode);
        Assert.Contains(
            scene.Log.Lines,
            line => line.StartsWith("Information: Login of app from ", StringComparison.Ordinal)
                && line.EndsWith($": allowed, signed by {scene.Principal.Arn}.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_session_is_the_tokens_own_user_with_its_own_grants()
    {
        await using var scene = await Scene.AttachAsync(server);
        await using var session = await OpenAsync(scene, "app");
        Assert.Equal("app@%", await ScalarAsync(session, "SELECT CURRENT_USER()"));
        Assert.Equal(scene.Principal.Arn, await ScalarAsync(session, "SELECT @@external_user"));
        Assert.Equal("anvil", await ScalarAsync(session, "SELECT name FROM items"));
        Assert.NotEqual(
            "",
            await ScalarAsync(session, "SELECT VARIABLE_VALUE FROM performance_schema.session_status WHERE VARIABLE_NAME = 'Ssl_cipher'"));
        var denied = await Assert.ThrowsAsync<MySqlException>(() => ScalarAsync(session, "SELECT * FROM mysql.user"));
        Assert.Equal(MySqlErrorCode.TableAccessDenied, denied.ErrorCode);
    }

    [Fact]
    public async Task SHOW_CREATE_USER_reads_as_on_RDS()
    {
        await using var scene = await Scene.AttachAsync(server);
        Assert.StartsWith(
            "CREATE USER `app`@`%` IDENTIFIED WITH 'AWSAuthenticationPlugin' AS 'RDS' REQUIRE SSL ",
            (string?)await server.RunAsync("SHOW CREATE USER app"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Default_roles_are_active()
    {
        await using var scene = await Scene.AttachAsync(server);
        await server.RunAsync("""
            CREATE ROLE IF NOT EXISTS reporting;
            CREATE USER IF NOT EXISTS analyst IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
            GRANT SELECT ON shop.* TO reporting;
            GRANT reporting TO analyst;
            SET DEFAULT ROLE reporting TO analyst;
            """);
        await using var session = await OpenAsync(scene, "analyst");
        Assert.Equal("`reporting`@`%`", await ScalarAsync(session, "SELECT CURRENT_ROLE()"));
        Assert.Equal("anvil", await ScalarAsync(session, "SELECT name FROM items"));
    }

    [Fact]
    public async Task A_change_of_user_on_an_open_connection_is_a_login_too()
    {
        await using var scene = await Scene.AttachAsync(server);
        await using var pool = new MySqlDataSourceBuilder(
            scene.ConnectionString("app", scene.Signer.Sign(), options => (options.Pooling, options.MaximumPoolSize) = (true, 1))).Build();

        // After a change of the database the next open of the pooled connection sends COM_CHANGE_USER with the password.
        await using (var first = await pool.OpenConnectionAsync(TestContext.Current.CancellationToken))
            await first.ChangeDatabaseAsync("information_schema", TestContext.Current.CancellationToken);
        await using (var second = await pool.OpenConnectionAsync(TestContext.Current.CancellationToken))
            Assert.Equal("shop", await ScalarAsync(second, "SELECT DATABASE()"));
        Assert.Equal(2, scene.Attempts.Count);
        Assert.All(scene.Attempts, attempt => Assert.True(attempt.Allowed));

        await using (var third = await pool.OpenConnectionAsync(TestContext.Current.CancellationToken))
            await third.ChangeDatabaseAsync("information_schema", TestContext.Current.CancellationToken);
        scene.Time.Advance(TimeSpan.FromMinutes(16));
        await Assert.ThrowsAsync<MySqlException>(async () => await pool.OpenConnectionAsync(TestContext.Current.CancellationToken));
        Assert.Contains(scene.Attempts, attempt => attempt.Denial == LoginDenial.TokenExpired);
    }

    [Fact]
    public async Task User_names_with_every_kind_of_character_log_in()
    {
        await using var scene = await Scene.AttachAsync(server);
        foreach (var user in (string[])["o'brien", "a b+c@d", "größe", "50%_`off`", "名前"])
        {
            await scene.Emulator.CreateIamUserAsync(user, "shop", TestContext.Current.CancellationToken);
            var (client, developer) = await scene.TryAsync((scene.Signer with { User = user }).Sign(), user);
            Assert.Equal($"{user}@%", client.CurrentUser);
            Assert.Equal(user, developer.User);
        }
    }

    [Fact]
    public async Task A_long_session_token_makes_no_difference()
    {
        var principal = EmulatorPrincipal.CreateDefault() with { SessionToken = new string('s', 4_000) };
        await using var scene = await Scene.AttachAsync(server, options => options.Principals.Add(principal));
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
    }

    [Fact]
    public async Task A_token_made_by_the_emulator_for_a_look_is_a_right_one()
    {
        await using var scene = await Scene.AttachAsync(server, options => options.TimeProvider = TimeProvider.System);
        foreach (var endpoint in scene.Emulator.Endpoints)
        {
            var token = await scene.Emulator.CreateTokenAsync("app", endpoint, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal("app@%", (await scene.LogInAsync(token)).CurrentUser);
        }
    }

    [Fact]
    public async Task An_endpoint_that_is_added_later_counts()
    {
        await using var scene = await Scene.AttachAsync(server);
        scene.Emulator.AddEndpoint("mysql", 3306);
        Assert.Equal("app@%", (await scene.LogInAsync((scene.Signer with { Host = "mysql" }).Sign())).CurrentUser);
    }

    [Fact]
    public async Task The_environment_of_a_client_holds_the_made_up_credentials()
    {
        await using var scene = await Scene.AttachAsync(server);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["AWS_ACCESS_KEY_ID"] = scene.Principal.AccessKeyId,
                ["AWS_SECRET_ACCESS_KEY"] = scene.Principal.SecretAccessKey,
                ["AWS_SESSION_TOKEN"] = scene.Principal.SessionToken!,
                ["AWS_REGION"] = "us-east-1",
                ["AWS_DEFAULT_REGION"] = "us-east-1",
            },
            scene.Emulator.GetAwsEnvironment());
    }

    [Fact]
    public async Task Who_watches_sees_each_login_from_the_call_on()
    {
        await using var scene = await Scene.AttachAsync(server);
        var watched = scene.Emulator.WatchLoginsAsync(TestContext.Current.CancellationToken);
        await scene.LogInAsync(scene.Signer.Sign());
        await scene.LogInAsync("no token");
        var denials = new List<LoginDenial?>();
        await foreach (var attempt in watched)
        {
            denials.Add(attempt.Denial);
            if (denials.Count == 2) break;
        }

        Assert.Equal([null, LoginDenial.MalformedToken], denials);
    }

    [Fact]
    public async Task A_watcher_that_throws_refuses_nobody()
    {
        await using var scene = await Scene.AttachAsync(server);
        scene.Emulator.LoginJudged += (_, _) => throw new InvalidOperationException("from the handler");
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
        Assert.Contains(scene.Log.Lines, line => line.StartsWith("Error: A handler of LoginJudged failed.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_of_the_plugin_cannot_be_given_a_password()
    {
        await using var scene = await Scene.AttachAsync(server);
        var refused = await Assert.ThrowsAsync<MySqlException>(
            () => server.RunAsync("CREATE USER with_password IDENTIFIED WITH AWSAuthenticationPlugin BY 'password'"));
        Assert.NotEqual(MySqlErrorCode.None, refused.ErrorCode);
        Assert.Null(await server.RunAsync("SELECT 1 FROM mysql.user WHERE user = 'with_password'"));
    }

    private static async Task<MySqlConnection> OpenAsync(Scene scene, string user)
    {
        var connection = new MySqlConnection(scene.ConnectionString(user, (scene.Signer with { User = user }).Sign()));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task<object?> ScalarAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
