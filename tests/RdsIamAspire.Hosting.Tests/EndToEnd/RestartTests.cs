namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>What a restart keeps: of the server, of its container, and of the whole AppHost.</summary>
public sealed class RestartTests
{
    private const string Write = "CREATE TABLE kept (id INT PRIMARY KEY); INSERT INTO kept VALUES (7); SELECT id FROM kept";
    private const string Read = "SELECT id FROM kept";
    private const string CountTables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'orders'";

    [Fact]
    public async Task A_restart_of_the_server_keeps_data_port_users_and_tokens()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder => Add(builder));
        await host.HealthyAsync("orders");
        var token = await host.TokenAsync("orders");
        var endpoint = await host.PropertyAsync("orders-db", "rds.endpoint");
        await host.QueryAsync<int>("orders", Write);
        await host.CommandAsync("orders-db", "deny-connect");

        Assert.True((await host.CommandAsync("orders-db", "restart")).Success);

        Assert.Equal(7, await host.QueryAsync<int>("orders", Read, token));
        Assert.Equal(endpoint, await host.PropertyAsync("orders-db", "rds.endpoint"));
        Assert.Equal("none", await host.PropertyAsync("orders-db", "rds.faults"));
    }

    [Fact]
    public async Task A_new_container_knows_the_same_users()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder => Add(builder));
        await host.HealthyAsync("orders");
        var token = await host.TokenAsync("orders");

        Assert.True((await host.CommandAsync("orders-db-server", KnownResourceCommands.RestartCommand)).Success);
        await host.LogAsync("orders-db", "takes logins after", times: 2);
        await host.HealthyAsync("orders");

        Assert.Equal("orders_app@%", await host.QueryAsync<string>("orders", "SELECT CURRENT_USER()", token));
    }

    [Fact]
    public async Task AddMySql_with_IAM_authentication_keeps_its_data_too()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
        {
            var mysql = builder.AddMySql("mysql").WithRdsIamAuth("orders_app", ["ALL"]);
            mysql.AddDatabase("orders");
            ThisMachine.UseItsImage(mysql);
        });
        await host.HealthyAsync("mysql-rds");
        await host.HealthyAsync("orders");
        await host.QueryAsync<int>("mysql-rds", $"USE orders; {Write}");

        Assert.True((await host.CommandAsync("mysql-rds", "restart")).Success);

        Assert.Equal(7, await host.QueryAsync<int>("mysql-rds", $"USE orders; {Read}"));
    }

    [Fact]
    public async Task A_server_that_nothing_starts_again_gets_a_new_container()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host =
            await RunningAppHost.StartAsync(static builder => Add(builder, static c => c.WithEntrypoint("docker-entrypoint.sh")));
        await host.HealthyAsync("orders");

        Assert.True((await host.CommandAsync("orders-db", "restart")).Success);
        await host.HealthyAsync("orders");

        Assert.Equal(0L, await host.QueryAsync<long>("orders", CountTables));
    }

    [Fact]
    public async Task A_stopped_container_is_started_by_the_restart_of_its_endpoint()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder => Add(builder));
        await host.HealthyAsync("orders");
        Assert.True((await host.CommandAsync("orders-db-server", KnownResourceCommands.StopCommand)).Success);
        await host.StateAsync("orders-db-server", "Exited", "Finished");

        Assert.True((await host.CommandAsync("orders-db", "restart")).Success);
        await host.HealthyAsync("orders");

        Assert.Equal("orders_app@%", await host.QueryAsync<string>("orders", "SELECT CURRENT_USER()"));
    }

    [Fact]
    public async Task The_next_AppHost_finds_the_data_of_a_data_volume_and_has_credentials_of_its_own()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var volume = new DockerVolume();
        string token;
        await using (var first = await StartAsync())
        {
            await first.HealthyAsync("orders");
            await first.QueryAsync<int>("orders", Write);
            token = await first.TokenAsync("orders");
        }

        await using var second = await StartAsync();
        await second.HealthyAsync("orders");

        Assert.Equal(7, await second.QueryAsync<int>("orders", Read));
        Assert.NotEqual(AccessKeyOf(token), AccessKeyOf(await second.TokenAsync("orders")));

        Task<RunningAppHost> StartAsync() => RunningAppHost.StartAsync(
            builder => Add(builder, c => c.WithDataVolume(volume.Name)),
            "Parameters:orders-db-server-password=kept-between-two-runs");
    }

    [Fact]
    public async Task The_next_AppHost_without_a_data_volume_starts_empty()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using (var first = await RunningAppHost.StartAsync(static builder => Add(builder)))
        {
            await first.HealthyAsync("orders");
            await first.QueryAsync<int>("orders", Write);
        }

        await using var second = await RunningAppHost.StartAsync(static builder => Add(builder));
        await second.HealthyAsync("orders");

        Assert.Equal(0L, await second.QueryAsync<long>("orders", CountTables));
    }

    [Fact]
    public async Task The_next_AppHost_takes_over_a_persistent_container_with_the_certificate_that_it_runs_with()
    {
        await ThisMachine.HasMySqlImageAsync();
        var name = $"rds-iam-test-{Guid.NewGuid():N}";
        await using var container = new DockerContainer(name);
        string id;
        await using (var first = await StartAsync())
        {
            await first.HealthyAsync("orders");
            await first.QueryAsync<int>("orders", Write);
            id = await first.PropertyAsync("orders-db-server", "container.id");
        }

        await using var second = await StartAsync();
        await second.HealthyAsync("orders");

        Assert.Equal(id, await second.PropertyAsync("orders-db-server", "container.id"));
        Assert.Equal(7, await second.QueryAsync<int>("orders", Read));

        Task<RunningAppHost> StartAsync() => RunningAppHost.StartAsync(
            builder => Add(builder, c => c.WithLifetime(ContainerLifetime.Persistent).WithContainerName(name)),
            "Parameters:orders-db-server-password=kept-between-two-runs");
    }

    private static void Add(
        IDistributedApplicationBuilder builder,
        Action<IResourceBuilder<RdsMySqlContainerResource>>? configure = null) =>
        builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app", ["ALL"]).RunAsContainer(configure).AddDatabase("orders");

    private static string AccessKeyOf(string token) =>
        token.Split('&').Single(static p => p.StartsWith("X-Amz-Credential=", StringComparison.Ordinal)).Split('=')[1].Split("%2F")[0];
}
