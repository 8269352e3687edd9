namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>RunAsEmulator: the server that this machine has, and what the dashboard says of it.</summary>
public sealed class EmulatorRunTests
{
    [Fact]
    public async Task It_takes_the_image_that_is_here_and_says_so_in_row_and_details()
    {
        await ThisMachine.HasMySqlImageAsync();
        IResource? server = null;
        await using var host = await RunningAppHost.StartAsync(
            builder =>
            {
                Add(builder);
                server = builder.Resources.Single(static r => r.Name == "orders-db-server");
            },
            "RDS_IAM_SERVER=docker");
        await host.HealthyAsync("orders");

        // The image has the plugin: the certificates are all that is copied before the container starts.
        Assert.Single(server!.Annotations.OfType<ContainerFileSystemCallbackAnnotation>());
        var image = await ThisMachine.MySqlImageAsync();
        Assert.Equal(image, await host.PropertyAsync("orders-db", CustomResourceKnownProperties.Source));
        Assert.Contains(
            $"{image} is on this machine", await host.PropertyAsync("orders-db", "rds.server.reason"), StringComparison.Ordinal);
        Assert.StartsWith(
            "rds-iam-initialized:", await host.PropertyAsync("orders-db-server", "container.image"), StringComparison.Ordinal);
        Assert.Equal($"tcp://{await host.PropertyAsync("orders-db", "rds.endpoint")}", await host.UrlAsync("orders-db"));
        Assert.Equal("orders_app@%", await host.QueryAsync<string>("orders", "SELECT CURRENT_USER()"));
    }

    [Fact]
    public async Task It_takes_a_mysqld_where_that_is_asked_for_and_leaves_no_container_behind()
    {
        await ThisMachine.HasMysqldAsync();
        await using var host = await RunningAppHost.StartAsync(static builder => Add(builder), "RDS_IAM_SERVER=mysqld");
        await host.HealthyAsync("orders");

        Assert.StartsWith("mysqld ", await host.PropertyAsync("orders-db", CustomResourceKnownProperties.Source), StringComparison.Ordinal);
        Assert.Contains("RDS_IAM_SERVER asks for it", await host.PropertyAsync("orders-db", "rds.server.reason"), StringComparison.Ordinal);
        Assert.DoesNotContain("orders-db-server", host.Resources);
        Assert.Equal("orders_app@%", await host.QueryAsync<string>("orders", "SELECT CURRENT_USER()"));
    }

    [Fact]
    public async Task A_container_that_references_it_gets_a_container_whatever_was_asked_for()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(
            static builder =>
            {
                var job = builder.AddContainer("job", "mysql")
                    .WithEntrypoint("/bin/sh")
                    .WithArgs(
                        "-c",
                        "mysql --host=$ORDERS_HOST --port=$ORDERS_PORT --user=$ORDERS_USERNAME --ssl-mode=VERIFY_IDENTITY "
                            + "--ssl-ca=$ORDERS_CACERTIFICATEPATH --enable-cleartext-plugin --password=no-token")
                    .WithReference(Add(builder))
                    .WaitFor(Add(builder));
                ThisMachine.UseItsImage(job);
            },
            "RDS_IAM_SERVER=mysqld");

        // The reason comes from the emulator: so the name was found, the certificate verified, and the password sent.
        Assert.Contains("MalformedToken", await host.LogAsync("orders-db", "denied: "), StringComparison.Ordinal);
        Assert.Contains("'job' is a container", await host.PropertyAsync("orders-db", "rds.server.reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_shows_its_name_its_user_and_its_privileges_and_has_the_commands_of_its_endpoint()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
            builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator().AddDatabase("orders", "shop").WithRdsIamAuth(
                "shop_reader", ["SELECT"]));
        await host.HealthyAsync("orders");

        Assert.Equal("shop", await host.PropertyAsync("orders", "database"));
        Assert.Equal("shop_reader", await host.PropertyAsync("orders", "rds.user"));
        Assert.Equal("SELECT", await host.PropertyAsync("orders", "rds.privileges"));
        Assert.Contains("DBUser=shop_reader", (await host.CommandAsync("orders", "token")).Data!.Value, StringComparison.Ordinal);
        Assert.EndsWith(" shop", (await host.CommandAsync("orders", "mysql-command-line")).Data!.Value, StringComparison.Ordinal);
        Assert.Equal("Logins are denied until allow-connect.", (await host.CommandAsync("orders", "deny-connect")).Data!.Value);
        Assert.Equal("connect denied", await host.PropertyAsync("orders-db", "rds.faults"));
    }

    [Fact]
    public async Task A_server_that_is_stopped_is_shown_at_once_and_what_a_restart_cannot_keep_is_said()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder => Add(builder), "RDS_IAM_SERVER=docker");
        await host.HealthyAsync("orders");

        await host.CommandAsync("orders-db-server", KnownResourceCommands.StopCommand);
        Assert.Equal("Waiting", await host.StateAsync("orders", "Waiting"));
        var token = await host.CommandAsync("orders-db", "token");
        var restart = await host.CommandAsync("orders-db", "restart");

        Assert.False(token.Success);
        Assert.Equal("The local server of 'orders-db' is not up. Look at its log, or run its restart command.", token.Message);
        Assert.True(restart.Success, restart.Message);
        Assert.Contains("its data with it", restart.Data!.Value, StringComparison.Ordinal);
        Assert.Contains("and its data is there", (await host.CommandAsync("orders-db", "restart")).Data!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_the_choice_is_published()
    {
        var builder = AppHostModel.InPublishMode();
        builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator();

        Assert.Equal(
            ["orders-db", "orders-db-host"],
            builder.Resources.Select(static r => r.Name).Where(static n => n.StartsWith("orders", StringComparison.Ordinal)).Order());
    }

    private static IResourceBuilder<RdsMySqlDatabaseResource> Add(IDistributedApplicationBuilder builder) =>
        builder.Resources.OfType<RdsMySqlDatabaseResource>().FirstOrDefault() is { } there
            ? builder.CreateResourceBuilder(there)
            : builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator().AddDatabase("orders");
}
