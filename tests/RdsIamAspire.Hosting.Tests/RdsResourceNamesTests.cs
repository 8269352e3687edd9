namespace RdsIamAspire.Hosting.Tests;

/// <summary>Names that go with an endpoint's are not held against an author who never wrote them.</summary>
public sealed class RdsResourceNamesTests
{
    [Fact]
    public void A_name_that_is_only_too_long_with_what_goes_with_it_is_answered_with_itself()
    {
        var name = "orders-" + new string('x', 50);

        foreach (var add in (Action[])[
            () => AppHostModel.InRunMode().AddRdsMySql(name),
            () => AppHostModel.InRunMode().AddRdsMySql(name, "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com").RunAsContainer(),
            () => AppHostModel.InRunMode().AddRdsMySql(name, "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com").RunAsEmulator(),
            () => AppHostModel.InRunMode().AddConnectionString(name).WithRdsIamAuth(),
            () => AppHostModel.InRunMode().AddMySql(name).WithRdsIamAuth()])
        {
            Assert.StartsWith($"'{name}' has 57 characters", Assert.Throws<ArgumentException>(add).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_name_that_is_taken_already_is_named_with_what_needs_it()
    {
        var builder = AppHostModel.InRunMode();
        builder.AddParameter("orders-db-host");

        var error = Assert.Throws<DistributedApplicationException>(() => builder.AddRdsMySql("orders-db"));

        Assert.Contains("'orders-db' needs a resource of its own named 'orders-db-host'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_user_on_a_connection_string_is_refused_under_its_own_name()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddConnectionString("orders").WithRdsIamAuth("orders_app");

        var error = Assert.Throws<DistributedApplicationException>(() => orders.WithRdsIamAuth("billing_app"));

        Assert.StartsWith("'orders' logs in as 'orders_app' already", error.Message, StringComparison.Ordinal);
    }
}
