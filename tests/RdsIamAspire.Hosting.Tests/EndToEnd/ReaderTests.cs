using System.Text.RegularExpressions;
using MySqlConnector;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>AddReader with real servers: what a service meets that writes at one endpoint and reads at the other.</summary>
public sealed class ReaderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_mysqlds_are_a_writer_and_a_reader_that_change_places()
    {
        await ThisMachine.HasMysqldAsync();
        await using var host = await RunningAppHost.StartAsync(static builder => Add(builder), "RDS_IAM_SERVER=mysqld");

        await ChangePlacesAsync(host);

        // Whichever server dies, it comes back in its role.
        var writer = await ProcessOfAsync(host, "orders");
        ServerProcess.Kill(writer);
        await host.LogAsync("orders-db", "answers again");
        await host.HealthyAsync("orders");
        await host.QueryAsync<object>("orders", "INSERT INTO t VALUES (4)");
        Assert.True((await host.CommandAsync("orders-db", "restart")).Success);
        await host.HealthyAsync("orders");
        await host.HealthyAsync("orders-read");
        await host.QueryAsync<object>("orders", "INSERT INTO t VALUES (5)");
        await EventuallyAsync(host, "1,2,3,4,5");
        Assert.Equal("instance-2", await host.PropertyAsync("orders-db", "rds.instance"));
    }

    [Fact]
    public async Task A_server_that_lost_its_data_follows_the_one_that_has_it()
    {
        await ThisMachine.HasMysqldAsync();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The parent of a process is found in /proc.");
        await using var host = await RunningAppHost.StartAsync(static builder => Add(builder), "RDS_IAM_SERVER=mysqld");
        await host.HealthyAsync("orders");
        await host.HealthyAsync("orders-read");
        await host.QueryAsync<object>("orders", "INSERT INTO t VALUES (1)");
        await EventuallyAsync(host, "1");

        // The writer's supervisor, and with it the writer, for good.
        ServerProcess.Kill(ServerProcess.ParentOf(await ProcessOfAsync(host, "orders")));
        await host.StateAsync("orders", "Server gone");
        await host.StateAsync("orders-read", "Server gone");
        var restart = await host.CommandAsync("orders-db", "restart");

        Assert.True(restart.Success, restart.Message);
        await host.HealthyAsync("orders");
        await host.HealthyAsync("orders-read");
        Assert.Equal("instance-2", await host.PropertyAsync("orders-db", "rds.instance"));
        await host.QueryAsync<object>("orders", "INSERT INTO t VALUES (2)");
        await EventuallyAsync(host, "1,2");
    }

    [Fact]
    public async Task Two_containers_are_a_writer_and_a_reader_that_change_places_and_containers_reach_them()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(
            static builder =>
            {
                var (orders, read) = Add(builder);
                foreach (var (name, database, variable) in
                    ((string, IResourceBuilder<RdsMySqlDatabaseResource>, string)[])[("job", orders, "ORDERS"), ("report", read, "ORDERS_READ")])
                {
                    var job = builder.AddContainer(name, "mysql")
                        .WithEntrypoint("/bin/sh")
                        .WithArgs(
                            "-c",
                            $"mysql --host=${variable}_HOST --port=${variable}_PORT --user=${variable}_USERNAME "
                                + $"--ssl-mode=VERIFY_IDENTITY --ssl-ca=${variable}_CACERTIFICATEPATH --enable-cleartext-plugin "
                                + "--password=no-token")
                        .WithReference(database)
                        .WaitFor(database);
                    ThisMachine.UseItsImage(job);
                }
            },
            "RDS_IAM_SERVER=docker");

        await ChangePlacesAsync(host);

        Assert.Contains("orders-db-server-2", host.Resources);
        // Over verified TLS to the server, and no further: a text that is no token is refused by IAM, not by the network.
        Assert.Contains("Access denied for user 'orders_app'", await host.LogAsync("job", "ERROR"), StringComparison.Ordinal);
        Assert.Contains("Access denied for user 'orders_app'", await host.LogAsync("report", "ERROR"), StringComparison.Ordinal);

        // A stopped reader is a new container, and gets all that there is.
        await host.CommandAsync("orders-db-server", KnownResourceCommands.StopCommand);
        await host.StateAsync("orders-read", "Waiting");
        await host.CommandAsync("orders-db-server", KnownResourceCommands.StartCommand);
        await host.HealthyAsync("orders");
        await host.HealthyAsync("orders-read");
        await EventuallyAsync(host, "1,2,3");
    }

    private static (IResourceBuilder<RdsMySqlDatabaseResource> Orders, IResourceBuilder<RdsMySqlDatabaseResource> Read) Add(
        IDistributedApplicationBuilder builder)
    {
        var writer = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app", ["ALL"]).RunAsEmulator();
        var orders = writer.AddDatabase("orders")
            .WithCreationScript("CREATE DATABASE orders; USE orders; CREATE TABLE t (id INT PRIMARY KEY);");
        return (orders, writer.AddReader("orders-ro").AddDatabase("orders-read", "orders"));
    }

    private static async Task ChangePlacesAsync(RunningAppHost host)
    {
        await host.HealthyAsync("orders");
        await host.HealthyAsync("orders-read");
        var (writerAt, readerAt) = (await host.UrlAsync("orders-db"), await host.UrlAsync("orders-ro"));
        Assert.NotEqual(writerAt, readerAt);
        Assert.Equal("instance-1", await host.PropertyAsync("orders-db", "rds.instance"));
        Assert.Equal("instance-2", await host.PropertyAsync("orders-ro", "rds.instance"));

        await host.QueryAsync<object>("orders", "INSERT INTO t VALUES (1)");
        await EventuallyAsync(host, "1");
        await RefusedAtReaderAsync(host);

        // A pool of a service, as it stands when the roles change.
        await using var session = await host.OpenAsync("orders");
        await using (var insert = new MySqlCommand("INSERT INTO t VALUES (2)", session))
        {
            await insert.ExecuteNonQueryAsync(Cancelled);
        }

        var failover = await host.CommandAsync("orders-db", "failover");
        Assert.True(failover.Success, failover.Message);
        Assert.Matches(new Regex(@"^instance-2 is the writer now, after \d+ ms; [1-9]\d* sessions of instance-1 were ended\.$"), failover.Data!.Value);
        await host.LogAsync("orders-db", "instance-2 is the writer now");
        await using (var insert = new MySqlCommand("INSERT INTO t VALUES (9)", session))
        {
            await Assert.ThrowsAsync<MySqlException>(() => insert.ExecuteNonQueryAsync(Cancelled));
        }

        await host.QueryAsync<object>("orders", "INSERT INTO t VALUES (3)");
        await EventuallyAsync(host, "1,2,3");
        await RefusedAtReaderAsync(host);
        Assert.Equal((writerAt, readerAt), (await host.UrlAsync("orders-db"), await host.UrlAsync("orders-ro")));
        Assert.Equal("instance-2", await host.PropertyAsync("orders-db", "rds.instance", due: "instance-2"));
        Assert.Equal("instance-1", await host.PropertyAsync("orders-ro", "rds.instance", due: "instance-1"));
    }

    private static async Task RefusedAtReaderAsync(RunningAppHost host)
    {
        var refused = await Assert.ThrowsAsync<MySqlException>(() => host.QueryAsync<object>("orders-read", "INSERT INTO t VALUES (99)"));
        Assert.Equal(1290, refused.Number);
        Assert.Contains("--read-only", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A reader lags behind; what is acknowledged at the writer comes.</summary>
    private static async Task EventuallyAsync(RunningAppHost host, string ids)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        while (await ReadAsync() != ids)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }

        async Task<string?> ReadAsync()
        {
            try
            {
                return await host.QueryAsync<object>("orders-read", "SELECT GROUP_CONCAT(id ORDER BY id) FROM t") as string;
            }
            catch (MySqlException exception) when (exception.ErrorCode == MySqlErrorCode.NoSuchTable && !patience.IsCancellationRequested)
            {
                // The table is on its way too.
                return null;
            }
        }
    }

    private static async Task<int> ProcessOfAsync(RunningAppHost host, string database)
    {
        var file = await host.QueryAsync<string>(database, "SELECT @@GLOBAL.pid_file");
        return int.Parse(await File.ReadAllTextAsync(file!, Cancelled), System.Globalization.CultureInfo.InvariantCulture);
    }
}
