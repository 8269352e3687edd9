using System.Collections.Concurrent;
using Dapper;
using DotNet.Testcontainers.Builders;
using Microsoft.Extensions.Time.Testing;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Testcontainers.Tests;

public sealed class RdsMySqlContainerTests(SharedRdsMySql shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_lines_give_a_data_source_over_IAM()
    {
        var rds = shared.Rds;
        await using var dataSource = rds.CreateDataSource("orders_app");

        await using var connection = await dataSource.OpenConnectionAsync(Cancel);

        Assert.Equal("orders_app@%", await connection.ExecuteScalarAsync<string>("SELECT CURRENT_USER()"));
        rds.ShouldHaveAllowed("orders_app");
    }

    [Fact]
    public void The_connection_string_has_no_password_and_verifies_the_server()
    {
        var connection = new MySqlConnectionStringBuilder(shared.Rds.GetConnectionString("orders_app"));

        Assert.Equal(
            ("", MySqlSslMode.VerifyFull, shared.Rds.GetCaCertificatePath()),
            (connection.Password, connection.SslMode, connection.SslCa));
        Assert.Equal("us-east-1", shared.Rds.GetAwsEnvironment()["AWS_REGION"]);
    }

    [Fact]
    public async Task A_container_on_the_same_network_logs_in_under_the_servers_name_there()
    {
        var builder = await Machine.RequireDockerAsync();
        var engine = new AnyVersionEndpoint(
            new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : "unix:///var/run/docker.sock"));
        await using var network = new NetworkBuilder().WithDockerEndpoint(engine).WithCleanUp(false).Build();
        await network.CreateAsync(Cancel);
        await using var rds = builder.WithIamUser("orders_app").WithNetwork(network, "orders-db").Build();
        await rds.StartAsync(Cancel);
        var token = await rds.Emulator.CreateTokenAsync("orders_app", new EmulatorEndpoint("orders-db", 3306), cancellationToken: Cancel);

        // The image has MySQL's own client.
        await using var neighbour = new ContainerBuilder(Machine.Image).WithDockerEndpoint(engine).WithCleanUp(false).WithNetwork(network)
            .WithEntrypoint("sleep")
            .WithCommand("600")
            .WithResourceMapping(await File.ReadAllBytesAsync(rds.GetCaCertificatePath(), Cancel), "/ca.pem")
            .Build();
        await neighbour.StartAsync(Cancel);
        var login = await neighbour.ExecAsync(
            [
                "mysql", "--host=orders-db", "--user=orders_app", $"--password={token}", "--enable-cleartext-plugin",
                "--ssl-mode=VERIFY_IDENTITY", "--ssl-ca=/ca.pem", "--batch", "--skip-column-names",
                "--execute=SELECT CURRENT_USER()",
            ],
            Cancel);

        Assert.Equal("orders_app@%", login.Stdout.Trim());
    }

    [Fact]
    public async Task A_mysqld_that_dies_is_started_again_on_its_data_and_port_and_says_so()
    {
        await using var rds = (await Machine.RequireDockerAsync()).WithIamUser("orders_app").Build();
        await rds.StartAsync(Cancel);
        var said = new ConcurrentQueue<LocalMySqlServerStateChange>();
        rds.Server.StateChanged += (_, change) => said.Enqueue(change);
        await using var dataSource = rds.CreateDataSource("orders_app");
        await using (var connection = await dataSource.OpenConnectionAsync(Cancel))
            await connection.ExecuteAsync("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");

        // An image need not have pkill: /proc tells which process is mysqld.
        await rds.Container.ExecAsync(
            ["sh", "-c", "for p in /proc/[0-9]*; do [ \"$(cat $p/comm 2>/dev/null)\" != mysqld ] || kill -KILL ${p#/proc/}; done"], Cancel);

        await TestServer.EventuallyAsync(() => Task.FromResult(said.Count == 2), "the server is back", Cancel);
        Assert.Equal([LocalMySqlServerState.Restarting, LocalMySqlServerState.Running], said.Select(change => change.State));
        Assert.Contains(" died (killed by signal 9: ", said.First().Message, StringComparison.Ordinal);
        await MySqlConnection.ClearPoolAsync(dataSource.CreateConnection(), Cancel);
        await using var again = await dataSource.OpenConnectionAsync(Cancel);
        Assert.Equal(7, await again.ExecuteScalarAsync<int>("SELECT id FROM kept"));
    }

    [Fact]
    public async Task A_container_that_is_removed_by_somebody_else_is_said_to_be_gone()
    {
        await using var rds = (await Machine.RequireDockerAsync()).WithIamUser("orders_app").Build();
        await rds.StartAsync(Cancel);
        var said = new ConcurrentQueue<LocalMySqlServerStateChange>();
        rds.Server.StateChanged += (_, change) => said.Enqueue(change);

        await rds.Container.ExecAsync(["sh", "-c", "kill -TERM 1"], Cancel);

        await TestServer.EventuallyAsync(() => Task.FromResult(!said.IsEmpty), "its end is said", Cancel);
        Assert.Equal(LocalMySqlServerState.Ended, said.Last().State);
        Assert.EndsWith(" and does not come back; start another one. Its data is lost.", said.Last().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_data_source_is_given_no_more_tokens()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").WithClock(clock).Build();
        await rds.StartAsync(Cancel);
        var dataSource = rds.CreateDataSource("orders_app");
        Assert.Equal(1, rds.DataSourcesInUse);

        await dataSource.DisposeAsync();
        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(0, rds.DataSourcesInUse);
    }

    [Fact]
    public async Task Each_class_has_a_database_that_no_other_sees()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(async number =>
        {
            var database = await shared.Rds.CreateDatabaseAsync(Cancel);
            await database.ExecuteAsync($"CREATE TABLE orders (id int); INSERT INTO orders VALUES ({number})", Cancel);
            return database;
        }));

        for (var number = 0; number < databases.Length; number++)
        {
            await using var dataSource = databases[number].CreateDataSource();
            await using var connection = await dataSource.OpenConnectionAsync(Cancel);
            Assert.Equal([number], await connection.QueryAsync<int>("SELECT id FROM orders"));
            var other = databases[(number + 1) % databases.Length].Name;
            await Assert.ThrowsAsync<MySqlException>(() => connection.ExecuteAsync($"SELECT * FROM {other}.orders"));
        }

        foreach (var database in databases) await database.DisposeAsync();
        await using var admin = new MySqlConnection(shared.Rds.Server.AdminConnectionString);
        Assert.Equal(
            0,
            await admin.ExecuteScalarAsync<int>(
                "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name IN @names",
                new { names = databases.Select(database => database.Name) }));
    }

    [Fact]
    public async Task Users_grants_scripts_and_password_users_are_what_the_builder_was_told()
    {
        var script = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".sql");
        await File.WriteAllTextAsync(script, "CREATE TABLE shop.orders (id int); INSERT INTO shop.orders VALUES (7);", Cancel);
        try
        {
            await using var rds = (await Machine.RequireAsync())
                .WithDatabase("shop")
                .WithIamUser("reader", "SELECT ON shop.*")
                .WithPasswordUser("legacy", "Legacy-1")
                .WithInitScript(script)
                .Build();
            await rds.StartAsync(Cancel);

            await using var dataSource = rds.CreateDataSource("reader");
            await using var connection = await dataSource.OpenConnectionAsync(Cancel);
            Assert.Equal(7, await connection.ExecuteScalarAsync<int>("SELECT id FROM shop.orders"));
            await Assert.ThrowsAsync<MySqlException>(() => connection.ExecuteAsync("DELETE FROM shop.orders"));
            await using var legacy = new MySqlConnection(rds.GetConnectionString("legacy") + ";Password=Legacy-1");
            Assert.Equal(1, await legacy.ExecuteAsync("DELETE FROM shop.orders"));
        }
        finally
        {
            File.Delete(script);
        }
    }

    [Fact]
    public async Task Every_option_of_MySqlBuilder_is_reachable()
    {
        await using var rds = (await Machine.RequireDockerAsync()).WithIamUser("orders_app")
            .WithMySqlBuilder(
                mysql => mysql
                    .WithLabel("team", "orders")
                    .WithCommand("--max-connections=77")
                    .WithDatabase("own")
                    .WithUsername("own_user")
                    .WithPassword("Own-1"))
            .Build();
        await rds.StartAsync(Cancel);

        await using var own = new MySqlConnection(rds.GetConnectionString("own_user", "own") + ";Password=Own-1");
        Assert.Equal(77, await own.ExecuteScalarAsync<int>("SELECT @@max_connections"));
        var script = await rds.Container.ExecScriptAsync("SELECT 'run in the container';", Cancel);
        Assert.Equal((0, ""), (script.ExitCode, script.Stderr));
        Assert.Contains("run in the container", script.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mocked_tokens_need_no_AWS_and_expire_and_fail_as_signed_ones()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var rds = (await Machine.RequireAsync())
            .WithIamUser("orders_app")
            .WithIamUser("billing_app")
            .WithClock(clock)
            .WithMockedTokens()
            .Build();
        await rds.StartAsync(Cancel);
        rds.AcceptToken("orders_app", "a token of my own");

        await LogInAsync(rds, "orders_app", "a token of my own");
        rds.ShouldHaveAllowed("orders_app");

        await DeniedAsync(rds, "orders_app", "not a token", LoginDenial.MalformedToken);
        await DeniedAsync(rds, "billing_app", "a token of my own", LoginDenial.UserMismatch);

        var token = rds.CreateToken("orders_app");
        clock.Advance(TimeSpan.FromMinutes(14));
        await LogInAsync(rds, "orders_app", token);
        clock.Advance(TimeSpan.FromMinutes(1));
        await DeniedAsync(rds, "orders_app", token, LoginDenial.TokenExpired);

        rds.DenyConnect();
        await DeniedAsync(rds, "orders_app", rds.CreateToken("orders_app"), LoginDenial.DeniedByFault);
    }

    [Fact]
    public async Task Logins_can_be_watched_as_they_are_judged()
    {
        await using var database = await shared.Rds.CreateDatabaseAsync(Cancel);
        var watch = Task.Run(async () =>
        {
            await foreach (var attempt in shared.Rds.LoginAttempts.WithCancellation(Cancel))
                if (attempt.User == database.User) return attempt;
            return null;
        }, Cancel);

        // The watch starts on its own thread: logins go on until it has seen one.
        while (!watch.IsCompleted)
        {
            await using var connection =
                new MySqlConnection(database.GetConnectionString() + $";Password={shared.Rds.CreateToken(database.User)};Pooling=false");
            await connection.OpenAsync(Cancel);
        }

        Assert.True((await watch)!.Allowed);
    }

    [Fact]
    public async Task A_failed_expectation_lists_the_logins_with_their_reasons()
    {
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").Build();
        await rds.StartAsync(Cancel);

        Assert.Equal(
            "Expected a login denied with TokenExpired. Logins seen: none.",
            Assert.Throws<LoginAssertionException>(() => rds.ShouldHaveDenied(LoginDenial.TokenExpired)).Message);

        await Assert.ThrowsAsync<MySqlException>(() => LogInAsync(rds, "orders_app", "hunter2"));
        var failed = Assert.Throws<LoginAssertionException>(() => rds.ShouldHaveAllowed("orders_app"));
        Assert.StartsWith("Expected an allowed login of orders_app. Logins seen: ", failed.Message, StringComparison.Ordinal);
        Assert.Contains(
            ": MalformedToken. The password of 7 characters is not an IAM auth token",
            failed.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failed.Message, StringComparison.Ordinal);
    }

    internal static async Task LogInAsync(RdsMySqlContainer rds, string user, string token)
    {
        await using var connection = new MySqlConnection(
            new MySqlConnectionStringBuilder(rds.GetConnectionString(user)) { Password = token, Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancel);
    }

    private static async Task DeniedAsync(RdsMySqlContainer rds, string user, string token, LoginDenial reason)
    {
        var denied = await Assert.ThrowsAsync<MySqlException>(() => LogInAsync(rds, user, token));
        Assert.Equal(MySqlErrorCode.AccessDenied, denied.ErrorCode);
        rds.ShouldHaveDenied(reason, user);
    }
}
