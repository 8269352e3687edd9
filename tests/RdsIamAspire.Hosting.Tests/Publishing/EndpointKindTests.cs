using RdsIamAspire.Hosting.Publishing;
using RdsIamAspire.Provisioning;

namespace RdsIamAspire.Hosting.Tests.Publishing;

/// <summary>
/// What an endpoint is taken for when it is published: what the AppHost says, else what its id or its host name says, else nothing.
/// </summary>
public sealed class EndpointKindTests
{
    private const string Cluster = "orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com";
    private const string Instance = "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com";
    private const string Proxy = "orders.proxy-abcdefghijkl.eu-west-1.rds.amazonaws.com";

    [Fact]
    public async Task An_endpoint_whose_host_has_no_value_yet_is_of_no_kind_and_its_snippets_take_any()
    {
        var plan = await PlanAsync(AppHostModel.InPublishMode().AddRdsMySql("orders-db").WithRdsIamAuth("orders_app"));

        Assert.Null(plan.Kind);
        Assert.Contains("^(db-|cluster-|prx-)", CloudFormationSnippet.Create(plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Cluster, RdsResourceKind.Cluster)]
    [InlineData(Instance, RdsResourceKind.Instance)]
    [InlineData(Proxy, RdsResourceKind.Proxy)]
    [InlineData("db.internal.example.org", null)]
    public async Task A_host_that_a_parameter_gives_when_publishing_says_it(string host, RdsResourceKind? kind)
    {
        var builder = AppHostModel.InPublishMode();
        builder.Configuration["Parameters:orders-db-host"] = host;

        var plan = await PlanAsync(builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app"));

        Assert.Equal(kind, plan.Kind);
        Assert.Equal(kind is null ? null : "eu-west-1", plan.Region);
        Assert.Equal(kind is null ? null : "orders", plan.Identifier);
    }

    [Fact]
    public async Task A_region_that_a_parameter_gives_decides_the_partition()
    {
        var builder = AppHostModel.InPublishMode();
        builder.Configuration["Parameters:region"] = "cn-north-1";
        var server = builder.AddRdsMySql("orders-db", region: builder.AddParameter("region")).WithRdsIamAuth("orders_app").Resource;

        var plan = await RdsArtifacts.PlanAsync(server, TestContext.Current.CancellationToken);
        var policy = (await RdsArtifacts.CreateAsync(server, plan, TestContext.Current.CancellationToken))["iam-policy.json"];

        Assert.Contains("arn:aws-cn:rds-db:cn-north-1:*:dbuser:REPLACE-WITH-RESOURCE-ID/orders_app", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_AppHost_says_it_where_the_host_does_not()
    {
        var builder = AppHostModel.InPublishMode();

        Assert.Equal(RdsResourceKind.Cluster, (await PlanAsync(builder.AddRdsMySql("a").WithRdsIamAuth().AsCluster())).Kind);
        Assert.Equal(RdsResourceKind.Instance, (await PlanAsync(builder.AddRdsMySql("b").WithRdsIamAuth().AsInstance())).Kind);
        Assert.Equal(RdsResourceKind.Proxy, (await PlanAsync(builder.AddRdsMySql("c").WithRdsIamAuth().AsProxy())).Kind);
    }

    [Fact]
    public async Task An_instance_of_a_cluster_is_named_by_its_cluster()
    {
        var plan = await PlanAsync(AppHostModel.InPublishMode().AddRdsMySql("orders-db", Instance).WithRdsIamAuth().AsCluster());

        Assert.Equal(RdsResourceKind.Cluster, plan.Kind);
        // The host's first label is the instance's name, not the cluster's.
        Assert.Null(plan.Identifier);
    }

    [Fact]
    public async Task The_resource_id_says_it()
    {
        var plan = await PlanAsync(
            AppHostModel.InPublishMode().AddRdsMySql("orders-db").WithRdsIamAuth().AsExisting("db.example.org", resourceId: "prx-A"));

        Assert.Equal(RdsResourceKind.Proxy, plan.Kind);
    }

    [Fact]
    public void What_the_AppHost_says_against_the_host_is_refused_at_the_call()
    {
        var orders = AppHostModel.InPublishMode().AddRdsMySql("orders-db", Proxy).WithRdsIamAuth();

        var error = Assert.Throws<DistributedApplicationException>(() => orders.AsCluster());

        Assert.Equal(
            $"'orders-db' is said to be a cluster, and its host {Proxy} is that of a proxy: one of the two is wrong.",
            error.Message);
    }

    [Fact]
    public void What_the_AppHost_says_against_the_resource_id_is_refused_at_the_call()
    {
        var orders = AppHostModel.InPublishMode().AddRdsMySql("orders-db").WithRdsIamAuth().AsInstance();

        var error = Assert.Throws<DistributedApplicationException>(
            () => orders.PublishAsExisting("db.example.org", resourceId: "cluster-A"));

        Assert.Contains(
            "said to be an instance, and its resource id cluster-A is that of a cluster",
            error.Message,
            StringComparison.Ordinal);
    }

    private static Task<RdsIamPlan> PlanAsync(IResourceBuilder<RdsMySqlResource> server) =>
        RdsArtifacts.PlanAsync(server.Resource, TestContext.Current.CancellationToken);
}
