using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.References;

namespace RdsIamAspire.Hosting.Tests.References;

/// <summary>A value that is missing is named as the AppHost and the environment name it, and what helps is a call that is there.</summary>
public sealed class GivenValueTests
{
    [Fact]
    public void A_parameter_is_named_with_its_variable()
    {
        var server = AppHostModel.InRunMode().AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").Resource;

        Assert.Equal([("the parameter 'orders-db-host'", "Parameters__orders_db_host")], GivenValue.SourcesOf(server.Host));
        Assert.StartsWith("Call .RunAsEmulator()", RdsLifecycle.LocalHint(server), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_is_named_with_its_variable_and_not_with_a_call_that_nobody_made()
    {
        var builder = AppHostModel.InRunMode();
        builder.AddConnectionString("orders").WithRdsIamAuth("orders_app");
        var server = builder.Resources.OfType<RdsMySqlResource>().Single();

        Assert.Equal([("the connection string 'orders'", "ConnectionStrings__orders")], GivenValue.SourcesOf(server.Host));
        Assert.DoesNotContain("AsExisting", RdsLifecycle.LocalHint(server), StringComparison.Ordinal);
        Assert.Contains("RunAsEmulator().AddDatabase(\"orders\")", RdsLifecycle.LocalHint(server), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_the_AppHost_names_needs_nothing()
    {
        var server = AppHostModel.InRunMode().AddRdsMySql("orders-db", "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com").Resource;

        Assert.Empty(GivenValue.SourcesOf(server.Host));
    }
}
