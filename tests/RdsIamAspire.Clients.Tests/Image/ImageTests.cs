using System.Net;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Clients.Tests.Image;

/// <summary>What the image does from its start to its end.</summary>
public sealed class ImageTests
{
    private static readonly Dictionary<string, string> OrdersApp = new()
    {
        ["RDS_IAM_USERS"] = "orders_app,reports",
        ["RDS_IAM_DATABASES"] = "orders,archive",
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transaction_that_is_open_at_SIGTERM_is_committed_and_a_kill_leaves_a_good_volume()
    {
        await using var container = await ServedContainer.StartAsync(
            new Dictionary<string, string>(OrdersApp) { ["RDS_IAM_DRAIN"] = "60" });
        await container.ReadyAsync(Cancel);
        await using (var session = await container.OpenAsync("orders_app", "orders", Cancel))
        {
            await ExecuteAsync(session, "CREATE TABLE items (name varchar(20)); START TRANSACTION; INSERT INTO items VALUES ('tea')");

            var stop = ServedContainer.DockerAsync(["stop", "--time", "120", container.Id]);
            await container.SaysAsync("stopping: no new logins", Cancel);
            await Assert.ThrowsAsync<MySqlException>(() => container.OpenAsync("reports", "orders", Cancel));
            await ExecuteAsync(session, "COMMIT");
            await stop;
        }

        Assert.Equal("exited 0", await container.InspectAsync("{{.State.Status}} {{.State.ExitCode}}"));
        Assert.Contains("stopped: no session was cut", await container.LogsAsync(), StringComparison.Ordinal);

        // The CA and the credentials of the first start are good still.
        await ServedContainer.DockerAsync(["start", container.Id]);
        var before = await File.ReadAllTextAsync(container.Ca, Cancel);
        await container.ReadyAsync(Cancel);
        Assert.Equal(before, await File.ReadAllTextAsync(container.Ca, Cancel));
        await using (var session = await container.OpenAsync("orders_app", "orders", Cancel))
        {
            await ExecuteAsync(session, "INSERT INTO items VALUES ('milk')");
            await ServedContainer.DockerAsync(["kill", container.Id]);
        }

        await ServedContainer.DockerAsync(["start", container.Id]);
        await container.ReadyAsync(Cancel);
        await using var last = await container.OpenAsync("orders_app", "orders", Cancel);
        await using var query = new MySqlCommand("SELECT GROUP_CONCAT(name ORDER BY name) FROM items", last);
        Assert.Equal("milk,tea", await query.ExecuteScalarAsync(Cancel));
    }

    [Fact]
    public async Task Logins_are_judged_by_the_name_and_port_that_are_dialled_and_the_log_says_why_one_is_refused()
    {
        var network = $"rds-iam-test-{Guid.NewGuid():N}";
        await BuiltImage.RequireAsync();
        await ServedContainer.DockerAsync(["network", "create", network]);
        try
        {
            await using var container = await ServedContainer.StartAsync(
                new Dictionary<string, string>(OrdersApp)
                {
                    ["RDS_IAM_ENDPOINTS"] = "orders-db,localhost:13306",
                    ["RDS_IAM_DATA"] = "none",
                },
                arguments: ["--network", network, "--network-alias", "orders-db"]);
            await container.ReadyAsync(Cancel);

            // From the host, at a published port that the container does not know.
            await using (var session = await container.OpenAsync("reports", "archive", Cancel))
                Assert.True(await session.PingAsync(Cancel));
            // From another container, by the service's name, with the shared volume and the image's own programs.
            Assert.Equal("orders_app@%", await FromNetworkAsync(container, network, "orders_app"));

            Assert.Contains(
                "login refused: user 'reports' from", await RefusedAsync(container, "127.0.0.1", container.Port, "orders_app"),
                StringComparison.Ordinal);
            Assert.Contains("[UserMismatch, RDS logs 400 InvalidToken]", await container.LogsAsync(), StringComparison.Ordinal);
            // A name that was given with its port is good for that port.
            Assert.Contains(
                "The token is signed for port 13307 of 'localhost'", await RefusedAsync(container, "localhost", 13307, "reports"),
                StringComparison.Ordinal);
            Assert.Contains(
                "The token is signed for the host 'another-db', which is no endpoint", await RefusedAsync(container, "another-db", 3306, "reports"),
                StringComparison.Ordinal);
        }
        finally
        {
            await ServedContainer.TryDockerAsync("network", "rm", network);
        }
    }

    [Fact]
    public async Task The_HTTP_endpoint_hands_out_what_clients_need_and_not_to_a_web_page()
    {
        await using var container = await ServedContainer.StartAsync(new Dictionary<string, string>(OrdersApp)
        {
            ["RDS_IAM_HTTP_TOKEN"] = "of-this-test",
            ["RDS_IAM_LOG"] = "json",
            ["RDS_IAM_DATA"] = "none",
            ["RDS_IAM_FAULTS"] = "deny-connect",
        });
        await container.ReadyAsync(Cancel);
        using var client = new HttpClient { BaseAddress = container.Http };

        Assert.Equal("ok", (await client.GetStringAsync("readyz", Cancel)).Trim());
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", await client.GetStringAsync("ca.pem", Cancel), StringComparison.Ordinal);
        Assert.NotEmpty(await client.GetByteArrayAsync("truststore.p12", Cancel));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("credentials", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("env", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("refused", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.PostAsync("credentials", null, Cancel)).StatusCode);
        using (var rebound = new HttpRequestMessage(HttpMethod.Get, "ca.pem") { Headers = { Host = "page.example.com" } })
            Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(rebound, Cancel)).StatusCode);

        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "of-this-test");
        var environment = await client.GetStringAsync("env", Cancel);
        Assert.Contains("export AWS_ACCESS_KEY_ID='ASIALOCAL", environment, StringComparison.Ordinal);
        // The same key stands in the shared folder.
        var key = environment.Split("AWS_ACCESS_KEY_ID='")[1].Split('\'')[0];
        Assert.Contains(key, await ServedContainer.DockerAsync(["exec", container.Id, "cat", "/rds-iam/credentials"]), StringComparison.Ordinal);
        Assert.Contains("\"message\":\"ready\"", await container.LogsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_not_root_and_its_first_process_leaves_no_zombies()
    {
        await using var container = await ServedContainer.StartAsync(
            new Dictionary<string, string>(OrdersApp) { ["RDS_IAM_DATA"] = "none" });
        await container.ReadyAsync(Cancel);

        await TestServer.EventuallyAsync(
            async () => await container.InspectAsync("{{.State.Health.Status}}") == "healthy", "Docker has it healthy", Cancel);
        Assert.Equal("999", await ServedContainer.DockerAsync(["exec", container.Id, "sh", "-c", "id -u"]));
        // Orphans of a shell that is gone.
        await ServedContainer.DockerAsync(["exec", container.Id, "sh", "-c", "(sleep 0.2 & sleep 0.3 & sleep 0.4 &)"]);
        await TestServer.EventuallyAsync(
            async () =>
            {
                var processes = await ServedContainer.DockerAsync(["exec", container.Id, "sh", "-c", "cat /proc/[0-9]*/stat 2>/dev/null || :"]);
                return !processes.Contains("(sleep)", StringComparison.Ordinal);
            },
            "the orphans are gone, and not left as zombies",
            Cancel);
    }

    [Fact]
    public async Task A_wrong_setting_or_script_ends_it_with_one_sentence()
    {
        var image = await BuiltImage.RequireAsync();

        var setting = await ClientProcess.RunAsync(
            ["docker", "run", "--rm", "--env", "RDS_IAM_DRAIN=5m", image], new Dictionary<string, string>(), cancellationToken: Cancel);
        await using var script = await ServedContainer.StartAsync(
            OrdersApp, new Dictionary<string, string> { ["/docker-entrypoint-initdb.d/1.sql"] = "CREATE TABLE a (b int);\nSELEKT 1;" });
        await TestServer.EventuallyAsync(
            async () => await script.InspectAsync("{{.State.Status}}") == "exited", "the container's end", Cancel);

        Assert.Equal(
            (2, "rds-iam: RDS_IAM_DRAIN '5m' is not a number of seconds from 0 to 3600"), (setting.ExitCode, setting.Errors));
        Assert.Equal("1", await script.InspectAsync("{{.State.ExitCode}}"));
        Assert.Contains("1.sql:2", await script.LogsAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> FromNetworkAsync(ServedContainer container, string network, string user)
    {
        var image = await BuiltImage.RequireAsync();
        return await ServedContainer.DockerAsync(
        [
            "run", "--rm", "--network", network, "--volumes-from", container.Id, "--entrypoint", "sh",
            "--env", "AWS_REGION=us-east-1", "--env", "AWS_SHARED_CREDENTIALS_FILE=/rds-iam/credentials", image, "-c",
            $"MYSQL_PWD=$(rds-iam token --host orders-db --user {user}) mysql --no-defaults --host=orders-db --user={user}"
                + " --ssl-ca=/rds-iam/ca.pem --ssl-mode=VERIFY_IDENTITY --enable-cleartext-plugin --skip-column-names"
                + " --execute='SELECT CURRENT_USER()'",
        ]);
    }

    // A login as 'reports' with a token for something else; returns the log's last line of a refusal.
    private static async Task<string> RefusedAsync(ServedContainer container, string signedHost, int signedPort, string signedUser)
    {
        var connection = new MySqlConnection(new MySqlConnectionStringBuilder
        {
            Server = "127.0.0.1",
            Port = (uint)container.Port,
            UserID = "reports",
            Password = await container.TokenAsync(signedHost, signedPort, signedUser, Cancel),
            SslMode = MySqlSslMode.VerifyFull,
            SslCa = container.Ca,
            Pooling = false,
        }.ConnectionString);
        await using var _ = connection;
        var refused = await Assert.ThrowsAsync<MySqlException>(() => connection.OpenAsync(Cancel));
        Assert.Equal(MySqlErrorCode.AccessDenied, refused.ErrorCode);
        return (await container.LogsAsync()).Split('\n').Last(line => line.Contains("login refused", StringComparison.Ordinal));
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
