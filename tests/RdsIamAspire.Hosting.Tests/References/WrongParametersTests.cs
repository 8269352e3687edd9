namespace RdsIamAspire.Hosting.Tests.References;

/// <summary>What cannot work is said at the call that is wrong, with the value and what to do.</summary>
public sealed class WrongParametersTests
{
    private const string Host = "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com";

    [Theory]
    [InlineData("")]
    [InlineData("orders db")]
    [InlineData("-orders")]
    public void A_name_that_no_resource_can_have(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => AppHostModel.InRunMode().AddRdsMySql(name));

    [Theory]
    [InlineData("", 3306, null, "host")]
    [InlineData("not a host", 3306, null, "not a host")]
    [InlineData("https://orders.example.org", 3306, null, "URL")]
    [InlineData(Host, 0, null, "port")]
    [InlineData(Host, 70000, null, "port")]
    [InlineData(Host, 3306, "Ireland", "'Ireland'")]
    [InlineData(Host, 3306, "", "region")]
    [InlineData(Host, 3306, "us-east-1", "eu-west-1")]
    public void An_endpoint_that_cannot_be(string host, int port, string? region, string named)
    {
        var added = Assert.ThrowsAny<ArgumentException>(() => AppHostModel.InRunMode().AddRdsMySql("orders-db", host, port, region));
        var existing =
            Assert.ThrowsAny<ArgumentException>(() => AppHostModel.InRunMode().AddRdsMySql("orders-db").AsExisting(host, port, region));

        Assert.Contains(named, added.Message, StringComparison.Ordinal);
        Assert.Equal(added.Message, existing.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("app;Password=x")]
    [InlineData("o'connor")]
    [InlineData("a_user_name_that_is_longer_than_mysql_takes")]
    [InlineData("root")]
    [InlineData("rdsadmin")]
    [InlineData("admin")]
    [InlineData("orders app")]
    [InlineData("orders_app@%")]
    [InlineData("orders*")]
    [InlineData("${aws:username}")]
    public void A_user_that_cannot_be(string user)
    {
        var orders = AppHostModel.InRunMode().AddRdsMySql("orders-db", Host);

        var error = Assert.Throws<ArgumentException>(() => orders.WithRdsIamAuth(user));

        Assert.Contains($"'{user}' cannot be the IAM user of 'orders-db'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELCT")]
    [InlineData("SUPER")]
    [InlineData("SELECT; DROP TABLE orders")]
    public void A_privilege_that_no_database_grants(string privilege)
    {
        var orders = AppHostModel.InRunMode().AddRdsMySql("orders-db", Host);

        var error = Assert.Throws<ArgumentException>(() => orders.WithRdsIamAuth("orders_app", [privilege]));

        Assert.Contains($"'{privilege}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_user_on_the_same_endpoint()
    {
        var orders = AppHostModel.InRunMode().AddRdsMySql("orders-db", Host).WithRdsIamAuth("orders_app");

        var error = Assert.Throws<DistributedApplicationException>(() => orders.WithRdsIamAuth("billing_app"));

        Assert.Contains("'orders-db' logs in as 'orders_app' already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_things_in_an_endpoints_place()
    {
        var container = AppHostModel.InRunMode().AddRdsMySql("orders-db").RunAsContainer();
        var local = AppHostModel.InRunMode().AddRdsMySql("orders-db").RunAsLocalServer();
        var existing = AppHostModel.InRunMode().AddRdsMySql("orders-db").AsExisting(Host);

        Assert.Contains(
            "RunAsContainer and RunAsLocalServer, once",
            Assert.Throws<DistributedApplicationException>(() => container.RunAsContainer()).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "RunAsContainer and RunAsLocalServer, once",
            Assert.Throws<DistributedApplicationException>(() => container.RunAsLocalServer()).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "RunAsContainer and RunAsLocalServer, once",
            Assert.Throws<DistributedApplicationException>(() => local.RunAsContainer()).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "not both",
            Assert.Throws<DistributedApplicationException>(() => container.AsExisting(Host)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "not both",
            Assert.Throws<DistributedApplicationException>(() => existing.RunAsContainer()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(70000)]
    [InlineData(-1)]
    public void A_local_port_that_cannot_be(int port)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AppHostModel.InRunMode().AddRdsMySql("orders-db").RunAsLocalServer(port: port));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => AppHostModel.InRunMode().AddRdsMySql("orders-db").RunAsContainer(c => c.WithHostPort(port)));
    }

    [Fact]
    public void Two_databases_of_one_name()
    {
        var orders = AppHostModel.InRunMode().AddRdsMySql("orders-db");
        orders.AddDatabase("orders");

        var error = Assert.Throws<DistributedApplicationException>(() => orders.AddDatabase("orders"));

        Assert.Contains("'orders'", error.Message, StringComparison.Ordinal);
        Assert.Single(orders.Resource.Databases);
    }

    [Theory]
    [InlineData("orders;Password=x")]
    [InlineData("o`rders")]
    [InlineData("orders ")]
    [InlineData("a_database_name_that_is_longer_than_the_sixty_four_characters_of_mysql")]
    public void A_database_that_cannot_be(string database)
    {
        var error =
            Assert.Throws<ArgumentException>(() => AppHostModel.InRunMode().AddRdsMySql("orders-db").AddDatabase("orders", database));

        Assert.Contains($"'{database}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reference_to_an_endpoint_without_a_user()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddRdsMySql("orders-db", Host).AddDatabase("orders");
        var api = builder.AddExecutable("api", "api", ".").WithReference(orders);

        var error = await Assert.ThrowsAnyAsync<Exception>(() => AppHostModel.EnvironmentOfAsync(builder, api.Resource));

        Assert.Contains(
            "RDS resource 'orders-db' has no user to log in as. Call .WithRdsIamAuth(\"user\") on it.",
            error.ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mysql")]
    [InlineData("Information_Schema")]
    public void A_database_that_is_the_servers_own(string database)
    {
        var orders = AppHostModel.InRunMode().AddRdsMySql("orders-db", Host).WithRdsIamAuth();

        var error = Assert.Throws<ArgumentException>(() => orders.AddDatabase("orders", database));

        Assert.StartsWith($"'{database}' is the server's own database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_master_user_as_IAM_user_is_told_why()
    {
        var orders = AppHostModel.InRunMode().AddRdsMySql("orders-db", Host);

        var error = Assert.Throws<ArgumentException>(() => orders.WithRdsIamAuth("admin"));

        Assert.Contains(
            "that is the master user's name on RDS, and the grant script would take its password away",
            error.Message,
            StringComparison.Ordinal);
        Assert.Contains("for example 'orders_db_app'", error.Message, StringComparison.Ordinal);
    }
}
