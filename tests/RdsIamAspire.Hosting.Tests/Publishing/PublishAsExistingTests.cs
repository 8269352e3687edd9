using RdsIamAspire.Hosting.Publishing;

namespace RdsIamAspire.Hosting.Tests.Publishing;

/// <summary>A database that is there already is what is published, and what runs locally stays what it is.</summary>
public sealed class PublishAsExistingTests
{
    private const string Host = "orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com";

    [Fact]
    public async Task It_is_published_and_no_host_is_asked_for()
    {
        var builder = AppHostModel.InPublishMode();
        var orders = builder.AddRdsMySql("orders-db")
            .WithRdsIamAuth("orders_app")
            .RunAsContainer()
            .PublishAsExisting(Host, 3307, resourceId: "cluster-ABC");

        Assert.Equal(
            $"Server={Host};Port=3307;User ID=orders_app;SslMode=VerifyFull",
            orders.Resource.ConnectionStringExpression.ValueExpression);
        Assert.Empty(builder.Resources.OfType<ParameterResource>());
        var plan = await RdsArtifacts.PlanAsync(orders.Resource, TestContext.Current.CancellationToken);
        Assert.Equal("cluster-ABC", plan.ResourceId);
        Assert.Equal("eu-west-1", plan.Region);
    }

    [Fact]
    public void Parameters_can_give_it()
    {
        var builder = AppHostModel.InPublishMode();
        var orders = builder.AddRdsMySql("orders-db")
            .WithRdsIamAuth("orders_app")
            .PublishAsExisting(builder.AddParameter("host"), region: builder.AddParameter("region"));

        Assert.Equal(
            "Server={host.value};Port=3306;User ID=orders_app;SslMode=VerifyFull",
            orders.Resource.ConnectionStringExpression.ValueExpression);
        Assert.Equal(["host", "region"], builder.Resources.OfType<ParameterResource>().Select(static p => p.Name).Order());
    }

    [Fact]
    public async Task In_run_mode_the_local_server_stays()
    {
        var builder = AppHostModel.InRunMode();
        var orders = builder.AddRdsMySql("orders-db")
            .WithRdsIamAuth("orders_app")
            .PublishAsExisting(Host)
            .RunAsContainer()
            .PublishAsExisting(Host);
        var api = builder.AddContainer("api", "api").WithReference(orders);

        var environment = await AppHostModel.EnvironmentOfAsync(builder, api.Resource);

        Assert.DoesNotContain(Host, environment["ConnectionStrings__orders-db"], StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_endpoint_can_be_is_refused_in_run_mode_too() =>
        Assert.Throws<ArgumentException>(() => AppHostModel.InRunMode().AddRdsMySql("orders-db").PublishAsExisting("not a host"));
}
