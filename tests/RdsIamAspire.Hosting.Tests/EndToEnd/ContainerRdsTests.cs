using System.Text.Json;
using MySqlConnector;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>RunAsContainer with the real orchestrator, Docker and MySQL: what a developer meets on a laptop.</summary>
public sealed class ContainerRdsTests
{
    [Fact]
    public async Task A_service_logs_in_with_a_token_as_the_user_that_the_AppHost_names()
    {
        await using var host = await StartAsync();
        await host.HealthyAsync("orders");

        Assert.Equal("orders_app@%", await host.QueryAsync<string>("orders", "SELECT CURRENT_USER()"));
        Assert.Equal("orders", await host.QueryAsync<string>("orders", "SELECT DATABASE()"));
        Assert.StartsWith(
            "TLS",
            await host.QueryAsync<string>(
                "orders", "SELECT VARIABLE_VALUE FROM performance_schema.session_status WHERE VARIABLE_NAME = 'Ssl_version'"),
            StringComparison.Ordinal);
        Assert.DoesNotContain(host.AllLogs, static l => l.Contains("X-Amz-Signature", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deny_connect_turns_the_endpoint_red_with_the_reason_and_allow_connect_turns_it_green()
    {
        await using var host = await StartAsync();
        await host.HealthyAsync("orders-db");

        Assert.True((await host.CommandAsync("orders-db", "deny-connect")).Success);
        var red = await host.UnhealthyAsync("orders-db", "DeniedByFault");
        var error = await Assert.ThrowsAsync<MySqlException>(() => host.OpenAsync("orders"));

        Assert.Contains(red.Snapshot.Properties, static p => p.Name == "rds.faults" && "connect denied".Equals(p.Value));
        Assert.Equal(1045, error.Number);
        Assert.Contains("denied", await host.LogAsync("orders-db", "denied: "), StringComparison.Ordinal);

        Assert.True((await host.CommandAsync("orders-db", "allow-connect")).Success);
        await host.HealthyAsync("orders-db");
        Assert.Equal(1L, await host.QueryAsync<long>("orders", "SELECT 1"));
    }

    [Fact]
    public async Task Expired_tokens_and_a_skewed_clock_are_denied_for_their_own_reasons()
    {
        await using var host = await StartAsync();
        await host.HealthyAsync("orders-db");

        await host.CommandAsync("orders-db", "clock-skew", ("seconds", "-3600"));
        await Assert.ThrowsAsync<MySqlException>(() => host.OpenAsync("orders"));
        await host.LogAsync("orders-db", "TokenFromFuture");
        await host.CommandAsync("orders-db", "clock-skew", ("seconds", "0"));

        var old = await host.TokenAsync("orders");
        await host.CommandAsync("orders-db", "expire-tokens");
        await Assert.ThrowsAsync<MySqlException>(() => host.OpenAsync("orders", old));
        await host.LogAsync("orders-db", "TokenExpired");
    }

    [Fact]
    public async Task The_commands_show_what_is_needed_on_AWS()
    {
        await using var host = await StartAsync();
        await host.HealthyAsync("orders-db");

        var policy = await host.CommandAsync("orders-db", "iam-policy");
        var grants = await host.CommandAsync("orders-db", "grant-script");
        var commandLine = await host.CommandAsync("orders-db", "mysql-command-line");
        var token = await host.CommandAsync("orders-db", "token", ("user", "nobody"));

        Assert.DoesNotContain("LOCALRDSIAMEMULATOR", policy.Data!.Value, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(policy.Data!.Value);
        Assert.EndsWith(
            "/orders_app",
            document.RootElement.GetProperty("Statement")[0].GetProperty("Resource")[0].GetString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `orders`.* TO `orders_app`@`%`",
            grants.Data!.Value,
            StringComparison.Ordinal);
        Assert.Contains("--enable-cleartext-plugin", commandLine.Data!.Value, StringComparison.Ordinal);
        Assert.False(token.Success);
        Assert.Contains("It has: orders_app", token.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_AppHosts_run_side_by_side_and_each_knows_its_own_tokens_only()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        await one.HealthyAsync("orders");
        await other.HealthyAsync("orders");

        Assert.Equal(1L, await one.QueryAsync<long>("orders", "SELECT 1"));
        await Assert.ThrowsAsync<MySqlException>(async () => await other.OpenAsync("orders", await one.TokenAsync("orders")));
    }

    [Fact]
    public async Task AddMySql_with_IAM_authentication_lets_tokens_in_beside_its_own_root_login()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
        {
            var mysql = builder.AddMySql("mysql").WithRdsIamAuth("orders_app");
            mysql.AddDatabase("orders");
            ThisMachine.UseItsImage(mysql);
        });

        await host.HealthyAsync("mysql-rds");
        await host.HealthyAsync("orders");

        Assert.Equal("orders_app@%", await host.QueryAsync<string>("mysql-rds", "SELECT CURRENT_USER()"));
        Assert.Equal(
            1L, await host.QueryAsync<long>("mysql-rds", "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'orders'"));
    }

    [Fact]
    public async Task A_container_made_by_hand_lets_tokens_in()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
        {
            var container = builder.AddContainer("db", "mysql")
                .WithEndpoint(targetPort: 3306, name: "tcp")
                .WithEnvironment(
                    "MYSQL_ROOT_PASSWORD", ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, "db-password"));
            ThisMachine.UseItsImage(container);
            container.WithRdsIamAuth("orders_app").AddDatabase("orders");
        });

        await host.HealthyAsync("orders");

        Assert.Equal("orders_app@%", await host.QueryAsync<string>("orders", "SELECT CURRENT_USER()"));
    }

    [Fact]
    public async Task A_container_that_waits_for_the_database_reaches_it_by_its_own_name_and_verifies_its_certificate()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
        {
            var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().AddDatabase("orders");
            var job = builder.AddContainer("job", "mysql")
                .WithEntrypoint("/bin/sh")
                .WithArgs(
                    "-c",
                    "store=${ORDERS_JDBCCONNECTIONSTRING#*file://}; test -s ${store%%&*} && echo the trust store is there; "
                        + "mysql --host=$ORDERS_HOST --port=$ORDERS_PORT --user=$ORDERS_USERNAME --ssl-mode=VERIFY_IDENTITY "
                        + "--ssl-ca=$ORDERS_CACERTIFICATEPATH --enable-cleartext-plugin --password=no-token")
                .WithReference(orders)
                .WaitFor(orders);
            ThisMachine.UseItsImage(job);
        });

        // The reason comes from the emulator: so the name was found, the certificate verified, and the password sent.
        Assert.Contains("MalformedToken", await host.LogAsync("orders-db", "denied: "), StringComparison.Ordinal);
        await host.LogAsync("job", "the trust store is there");
    }

    private static async Task<RunningAppHost> StartAsync()
    {
        await ThisMachine.HasMySqlImageAsync();
        return await RunningAppHost.StartAsync(
            static builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().AddDatabase("orders"));
    }
}
