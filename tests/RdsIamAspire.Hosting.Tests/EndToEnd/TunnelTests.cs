using MySqlConnector;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>A port for whatever knows only passwords, with the real orchestrator and a real MySQL.</summary>
public sealed class TunnelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_without_IAM_is_in_by_the_tunnels_connection_string_and_stands_on_the_dashboard()
    {
        await ThisMachine.HasMySqlImageAsync();
        RdsTunnelResource? tunnel = null;
        await using var host = await RunningAppHost.StartAsync(builder =>
            tunnel = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().AddTunnel().Resource);
        await host.StateAsync("orders-db-tunnel", KnownResourceStates.Running, KnownResourceStates.FailedToStart);

        var connectionString = await tunnel!.ConnectionStringExpression.GetValueAsync(Stop);
        Assert.Equal("0", await host.PropertyAsync("orders-db-tunnel", "rds.tunnel.sessions", "0"));
        await using (var connection = new MySqlConnection(connectionString))
        {
            await connection.OpenAsync(Stop);
            await using var command = new MySqlCommand("SELECT CURRENT_USER()", connection);
            Assert.Equal("orders_app@%", await command.ExecuteScalarAsync(Stop));
            Assert.Equal("1", await host.PropertyAsync("orders-db-tunnel", "rds.tunnel.sessions", "1"));
        }

        Assert.Equal("orders_app", await host.PropertyAsync("orders-db-tunnel", "rds.tunnel.user"));
        Assert.Equal("orders-db as orders_app", await host.PropertyAsync("orders-db-tunnel", CustomResourceKnownProperties.Source));
        Assert.StartsWith("tcp://127.0.0.1:", await host.UrlAsync("orders-db-tunnel"), StringComparison.Ordinal);
        Assert.StartsWith(
            "mysql -h 127.0.0.1 -P ",
            await host.PropertyAsync("orders-db-tunnel", "rds.tunnel.client"),
            StringComparison.Ordinal);
        Assert.Equal(connectionString, await host.PropertyAsync("orders-db-tunnel", "rds.tunnel.connection"));
        var password = new MySqlConnectionStringBuilder(connectionString!).Password;
        Assert.DoesNotContain(host.AllLogs, line => line.Contains(password, StringComparison.Ordinal));

        // A server that is started anew: the address and the password of the tunnel are what they were.
        MySqlConnection.ClearAllPools();
        Assert.True((await host.CommandAsync("orders-db-server", KnownResourceCommands.RestartCommand)).Success);
        await host.LogAsync("orders-db", "takes logins after", times: 2);
        await host.HealthyAsync("orders-db");
        await using var again = new MySqlConnection(await tunnel.ConnectionStringExpression.GetValueAsync(Stop));
        await again.OpenAsync(Stop);
        Assert.Equal(connectionString, await tunnel.ConnectionStringExpression.GetValueAsync(Stop));
    }

    [Fact]
    public async Task A_service_with_Oracles_driver_and_containers_log_in_each_as_the_user_that_the_tunnel_leads_in()
    {
        await ThisMachine.HasMySqlImageAsync();
        var image = (await ThisMachine.MySqlImageAsync()).Split(':');
        await using var host = await RunningAppHost.StartAsync(builder =>
        {
            var endpoint = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer()
                // The pages' images cannot be pulled everywhere: a stand-in that logs in with what phpMyAdmin and DbGate are handed.
                .WithPhpMyAdmin(container => StandIn(container, "PMA_HOST", "PMA_PORT", "PMA_USER", "PMA_PASSWORD"))
                .WithDbGate(container => StandIn(container, "SERVER_rds", "PORT_rds", "USER_rds", "PASSWORD_rds"));
            var reports = endpoint.AddDatabase("orders").WithRdsIamAuth("reports").AddTunnel();
            builder.AddExecutable("legacy", "dotnet", ".", LegacyService, "ConnectionStrings__orders-tunnel")
                .WithReference(reports).WaitFor(reports);
        });

        Assert.Contains("reports@% in orders", await host.LogAsync("legacy", "ConnectionStrings__orders-tunnel: "), StringComparison.Ordinal);
        Assert.Contains("orders_app@% is in", await host.LogAsync("orders-db-phpmyadmin", "is in"), StringComparison.Ordinal);
        Assert.Contains("orders_app@% is in", await host.LogAsync("orders-db-dbgate", "is in"), StringComparison.Ordinal);

        void StandIn(IResourceBuilder<RdsCompanionContainerResource> container, string server, string port, string user, string password) =>
            container.WithImage(image[0], image[1]).WithImageRegistry(null).WithEntrypoint("sh").WithArgs(
                "-c",
                $"MYSQL_PWD=${password} mysql -h ${server} -P ${port} -u ${user} -N -e \"SELECT CONCAT(CURRENT_USER(), ' is in')\"; sleep 1000");
    }

    private static string LegacyService => typeof(TunnelTests).Assembly
        .GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), inherit: false)
        .Cast<System.Reflection.AssemblyMetadataAttribute>()
        .Single(static one => one.Key == "LegacyService").Value!;
}
