namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>What goes wrong in AppHosts, each run for real: it is named at once, where its author looks, in one sentence.</summary>
public sealed class MistakeTests
{
    [Fact]
    public async Task An_endpoint_without_a_user_is_named_before_any_server_starts_and_once()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(
            static builder => builder.AddRdsMySql("orders-db").RunAsEmulator(), "RDS_IAM_SERVER=docker");

        Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
        Assert.Equal("FailedToStart", await host.StateAsync("orders-db-server", "FailedToStart", "Running"));
        await host.LogAsync("orders-db", "WithRdsIamAuth");
        Assert.Single(host.AllLogs, static l => l.Contains("WithRdsIamAuth", StringComparison.Ordinal));
        Assert.DoesNotContain(host.AllLogs, static l => l.Contains("takes logins after", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_on_AWS_that_takes_no_login_says_why_once_in_its_log_and_in_that_of_whoever_waits()
    {
        await using var host = await RunningAppHost.BeginAsync(static builder =>
        {
            var orders = builder.AddRdsMySql("orders-db", "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com")
                .WithRdsIamAuth("orders_app")
                .AddDatabase("orders");
            builder.AddExecutable("api", "sleep", ".", "1000").WithReference(orders).WaitFor(orders);
        });

        Assert.Contains(".RunAsEmulator()", await host.LogAsync("orders-db", "No login to orders-db works"), StringComparison.Ordinal);
        Assert.Contains(".RunAsEmulator()", await host.LogAsync("api", "api waits for orders"), StringComparison.Ordinal);
        Assert.Equal("No login", await host.StateAsync("orders-db", "No login", "Running"));
        Assert.Equal("No login", await host.StateAsync("orders", "No login", "Running"));
        Assert.Equal("Waiting", await host.StateAsync("api", "Waiting", "Running"));
        Assert.Single(host.AllLogs, static l => l.Contains("No login to orders-db works", StringComparison.Ordinal));
        // Who waits for a database waits for its endpoint too, and one of the two is enough to read.
        Assert.Single(host.AllLogs, static l => l.Contains("api waits for orders", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_misspelt_host_name_of_RDS_is_called_that()
    {
        await using var host = await RunningAppHost.StartAsync(
            static builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app"),
            "Parameters:orders-db-host=orders.abcdefghijkl.eu-west-1.rds.amazonws.com");

        Assert.Contains(
            "is no host name of RDS", await host.LogAsync("orders-db", "No login to orders-db works"), StringComparison.Ordinal);
        var written = Assert.Throws<ArgumentException>(() =>
            AppHostModel.InRunMode().AddRdsMySql("orders-db", "orders.abcdefghijkl.eu-west-1.rds.amazonws.com"));
        Assert.Contains("is no host name of RDS", written.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_nobody_has_named_leads_to_RunAsEmulator()
    {
        await using var host = await RunningAppHost.StartAsync(
            static builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app"));

        var said = await host.LogAsync("orders-db", "has no value");
        Assert.Contains("the parameter 'orders-db-host' has no value", said, StringComparison.Ordinal);
        Assert.Contains("Parameters__orders_db_host", said, StringComparison.Ordinal);
        Assert.Contains("RunAsEmulator()", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_started_by_hand_leaves_the_endpoint_waiting_and_is_followed()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
            builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer(
                static c => c.WithExplicitStart()).AddDatabase("orders"));

        Assert.Contains("to be started by hand", await host.LogAsync("orders-db", "WithExplicitStart"), StringComparison.Ordinal);
        Assert.Equal("Waiting", await host.StateAsync("orders-db", "Waiting", "FailedToStart"));

        Assert.True((await host.CommandAsync("orders-db-server", KnownResourceCommands.StartCommand)).Success);
        await host.HealthyAsync("orders");
    }

    [Fact]
    public async Task A_bad_server_option_is_quoted_from_the_servers_log()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
            builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer(static c => c.WithArgs("--no-such-option=1")));

        Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
        Assert.Contains("no-such-option", await host.LogAsync("orders-db", "did not start"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_cannot_be_had_is_named_with_what_to_call_and_without_a_stack()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
            builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer(
                static c => c.WithImageRegistry("127.0.0.1:1").WithImage("no-such-image", "1.0")));

        Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
        var said = await host.LogAsync("orders-db", "did not start");
        Assert.Contains("no-such-image:1.0 of 'orders-db-server' is not on this machine", said, StringComparison.Ordinal);
        Assert.Contains("WithImage", said, StringComparison.Ordinal);
        Assert.DoesNotContain("LocalMySqlServerOptions", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("status code=", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_without_a_value_is_named_as_the_AppHost_names_it()
    {
        await using var host = await RunningAppHost.BeginAsync(static builder => builder.AddConnectionString("orders").WithRdsIamAuth("a1"));

        var said = await host.LogAsync("orders-rds", "has no value");
        Assert.Contains("the connection string 'orders' has no value", said, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__orders", said, StringComparison.Ordinal);
        Assert.DoesNotContain("AsExisting", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_init_script_is_named_with_line_and_statement()
    {
        await ThisMachine.HasMySqlImageAsync();
        var folder = Directory.CreateTempSubdirectory("rds-iam-init-");
        try
        {
            var seed = Path.Combine(folder.FullName, "seed.sql");
            await File.WriteAllTextAsync(
                seed, "-- rows\nSELECT 1;\nSELECT nonsense\n  FROM nowhere.at_all;\n", TestContext.Current.CancellationToken);
            await using var host = await RunningAppHost.StartAsync(builder =>
                builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer(c => c.WithInitFiles(folder.FullName)));

            Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
            var said = await host.LogAsync("orders-db", "did not start");
            Assert.Contains($"{seed}:3: ", said, StringComparison.Ordinal);
            Assert.Contains("in: SELECT nonsense FROM nowhere.at_all", said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_bad_creation_script_is_named_with_line_and_statement_and_leaves_no_half_database()
    {
        await ThisMachine.HasAServerAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
            builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator().AddDatabase("orders").WithCreationScript(
                """
                CREATE DATABASE orders; USE orders;
                CREATE TABLE rows_of_it (id INT);
                -- a word too many
                INSERT INTO rows_of_it VALUES VALUES (1);
                """));

        Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
        var said = await host.LogAsync("orders-db", "did not start");
        Assert.Contains("The creation script of 'orders' failed at line 4: ", said, StringComparison.Ordinal);
        Assert.Contains("in: INSERT INTO rows_of_it VALUES VALUES (1)", said, StringComparison.Ordinal);
        Assert.Single(host.AllLogs, static l => l.Contains("did not start", StringComparison.Ordinal));
        // A database that is there would be taken for a whole one.
        Assert.Contains("failed at line 4", (await host.CommandAsync("orders-db", "restart")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_creation_script_without_a_database_is_told_to_make_one()
    {
        await ThisMachine.HasAServerAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
            builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator().AddDatabase("orders")
                .WithCreationScript("CREATE TABLE rows_of_it (id INT)"));

        var said = await host.LogAsync("orders-db", "did not start");
        Assert.Contains("No database selected", said, StringComparison.Ordinal);
        Assert.Contains("begin it with CREATE DATABASE orders; USE orders;", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_of_MariaDB_in_an_endpoints_place_is_refused_when_the_model_is_built()
    {
        var server = AppHostModel.InRunMode().AddRdsMySql("orders-db").WithRdsIamAuth("orders_app");

        var said = Assert.Throws<ArgumentException>(() => server.RunAsEmulator(static c => c.WithImage("mariadb", "11"))).Message;

        Assert.Contains("runs mariadb, whose plugin interface is another than MySQL's", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mysqld_that_is_not_there_is_named_without_an_option_that_an_AppHost_has_not_got()
    {
        await using var host = await RunningAppHost.StartAsync(static builder =>
            builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsLocalServer("/nowhere/mysqld"));

        var said = await host.LogAsync("orders-db", "did not start");
        Assert.Contains("/nowhere/mysqld", said, StringComparison.Ordinal);
        Assert.DoesNotContain("LocalMySqlServerOptions", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_creation_script_in_a_file_is_named_with_the_file_and_read_again_by_a_restart()
    {
        await ThisMachine.HasAServerAsync();
        var folder = Directory.CreateTempSubdirectory("rds-iam-script-");
        try
        {
            var file = Path.Combine(folder.FullName, "schema.sql");
            await File.WriteAllTextAsync(
                file, "CREATE TABLE rows_of_it (id INT);\n\nINSERT INTO rows_of_it VALUES (1), ();\n", TestContext.Current.CancellationToken);
            await using var host = await RunningAppHost.StartAsync(builder =>
                builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator().AddDatabase("orders").WithCreationScriptFile(file));

            Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
            var said = await host.LogAsync("orders-db", "did not start");
            Assert.Contains($"The creation script of 'orders' failed: {file}:3: ", said, StringComparison.Ordinal);
            Assert.Contains("in: INSERT INTO rows_of_it VALUES (1), ()", said, StringComparison.Ordinal);

            await File.WriteAllTextAsync(
                file, "CREATE TABLE rows_of_it (id INT);\nINSERT INTO rows_of_it VALUES (7);\n", TestContext.Current.CancellationToken);
            Assert.True((await host.CommandAsync("orders-db", "restart")).Success);
            Assert.Equal(7, await host.QueryAsync<int>("orders", "SELECT id FROM rows_of_it"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_creation_script_that_is_not_there_is_named_when_the_model_is_built()
    {
        var builder = DistributedApplication.CreateBuilder([]);
        var orders = builder.AddRdsMySql("orders-db").AddDatabase("orders");

        var said = Assert.Throws<DistributedApplicationException>(() => orders.WithCreationScriptFile("nowhere/schema.sql")).Message;

        Assert.Contains(Path.Combine("nowhere", "schema.sql"), said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_waits_for_the_database_goes_on_waiting_while_there_is_no_container_engine()
    {
        ThisMachine.HasNoPodman();
        await using var host = await RunningAppHost.BeginAsync(
            static builder =>
            {
                var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().AddDatabase("orders");
                builder.AddExecutable("api", "sleep", ".", "1000").WithReference(orders).WaitFor(orders);
            },
            "DcpPublisher:ContainerRuntime=podman",
            "DcpPublisher:ContainerRuntimeInitializationTimeout=00:00:00");

        await host.LogAsync("orders-db", "No container engine answers");
        Assert.Equal("Waiting", await host.StateAsync("orders-db", "Waiting", "FailedToStart"));
        Assert.Equal("Waiting", await host.StateAsync("api", "Waiting", "FailedToStart"));
    }
}
