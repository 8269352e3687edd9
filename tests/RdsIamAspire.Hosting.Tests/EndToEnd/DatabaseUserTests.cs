using MySqlConnector;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>Creation scripts, users of single consumers, and the local administrator.</summary>
public sealed class DatabaseUserTests
{
    private const string Script = """
        CREATE DATABASE orders;
        USE orders;
        CREATE TABLE kept (id INT PRIMARY KEY);
        DELIMITER //
        CREATE PROCEDURE add_one() BEGIN INSERT INTO kept VALUES (1); END//
        DELIMITER ;
        INSERT INTO kept VALUES (7);
        """;

    [Fact]
    public async Task Each_consumer_logs_in_as_its_own_user_and_a_migration_as_administrator()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
        {
            var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth(
                "orders_app").RunAsEmulator().AddDatabase("orders").WithCreationScript(Script);
            builder.AddExecutable("orders-reports", "sleep", ".", "1000").WithReference(orders, ["SELECT"]).WithExplicitStart();
            builder.AddExecutable("migrations", "sleep", ".", "1000").WithAdministratorReference(orders).WithExplicitStart();
        });
        await host.HealthyAsync("orders");

        Assert.Equal(7, await host.QueryAsync<int>("orders", "SELECT id FROM kept"));
        Assert.Equal(7, await host.QueryAsAsync<int>("orders", "orders_reports", "SELECT id FROM kept"));
        await Denied(() => host.QueryAsAsync<int>("orders", "orders_reports", "INSERT INTO kept VALUES (8)"));
        await Denied(() => host.QueryAsync<int>("orders", "CREATE TABLE more (id INT)"));
        Assert.Equal(
            1L,
            await host.QueryAsAsync<long>("orders", "orders_db_admin", "CREATE TABLE more (id INT); CREATE DATABASE another; SELECT 1"));

        async Task Denied(Func<Task<int>> query) =>
            Assert.Contains("command denied", (await Assert.ThrowsAsync<MySqlException>(query)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_consumers_environment_has_its_user_and_is_published_with_it_and_an_administrator_never()
    {
        var run = AppHostModel.InRunMode();
        var (reports, migrations) = Consumers(run);
        var published = AppHostModel.InPublishMode();
        var (publishedReports, publishedMigrations) = Consumers(published);

        var environment = await AppHostModel.EnvironmentOfAsync(run, reports);
        var (run2, published2) = (AppHostModel.InRunMode(), AppHostModel.InPublishMode());
        var administrator = await AppHostModel.EnvironmentOfAsync(run2, Consumers(run2).Migrations);
        var inCloud = await AppHostModel.EnvironmentOfAsync(published, publishedReports);
        var neverInCloud = await AppHostModel.EnvironmentOfAsync(published2, Consumers(published2).Migrations);

        Assert.Contains("User ID=reports;Database=orders", environment["ConnectionStrings__orders"], StringComparison.Ordinal);
        Assert.Equal("reports", environment["ORDERS_USERNAME"]);
        Assert.Equal("us-east-1", environment["RdsIam__MySqlConnector__orders__Region"]);
        Assert.Contains("User ID=orders_db_admin", administrator["ConnectionStrings__orders"], StringComparison.Ordinal);
        Assert.DoesNotContain(administrator.Values, static v => v.Contains("Password", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("User ID=reports;Database=orders", inCloud["ConnectionStrings__orders"], StringComparison.Ordinal);
        Assert.DoesNotContain(
            neverInCloud.Keys,
            static k => k.StartsWith("ORDERS", StringComparison.OrdinalIgnoreCase) || k.StartsWith("Connection", StringComparison.Ordinal));
    }

    [Fact]
    public void A_reference_as_administrator_needs_a_local_server()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").AddDatabase("orders");
        var api = builder.AddExecutable("api", "api", ".");

        Assert.Contains(
            "RunAsEmulator()",
            Assert.Throws<DistributedApplicationException>(() => api.WithAdministratorReference(orders)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "names no privilege", Assert.Throws<ArgumentException>(() => api.WithReference(orders, [])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "'NONSENSE'",
            Assert.Throws<ArgumentException>(() => api.WithReference(orders, ["NONSENSE"])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE nowhere (id INT)", "The creation script of 'orders' failed at line 1: No database selected")]
    [InlineData("CREATE DATABASE another", "there is still no database 'orders'")]
    public async Task A_creation_script_that_does_not_work_is_named(string script, string problem)
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(builder =>
            builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsEmulator().AddDatabase("orders").WithCreationScript(script));

        Assert.Equal("FailedToStart", await host.StateAsync("orders", "FailedToStart", "Running"));
        Assert.Contains(problem, await host.LogAsync("orders-db", "did not start"), StringComparison.Ordinal);
    }

    private static (IResource Reports, IResource Migrations) Consumers(IDistributedApplicationBuilder builder)
    {
        var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().AddDatabase("orders");
        return (
            builder.AddExecutable("reports", "reports", ".").WithReference(orders, ["SELECT"]).Resource,
            builder.AddExecutable("migrations", "migrations", ".").WithAdministratorReference(orders).Resource);
    }
}
