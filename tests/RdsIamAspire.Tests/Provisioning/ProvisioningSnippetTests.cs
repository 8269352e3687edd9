using RdsIamAspire.Provisioning;

namespace RdsIamAspire.Tests.Provisioning;

public sealed class ProvisioningSnippetTests
{
    private static readonly RdsIamPlan Plan = new("orders-db", "orders_app");

    [Fact]
    public void CloudFormation_attaches_rds_db_connect_for_the_user_to_the_role()
    {
        var yaml = CloudFormationSnippet.Create(Plan);

        Assert.Contains("Type: AWS::IAM::ManagedPolicy", yaml, StringComparison.Ordinal);
        Assert.Contains("Action: rds-db:connect", yaml, StringComparison.Ordinal);
        Assert.Contains("'arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:${DatabaseResourceId}/orders_app'", yaml, StringComparison.Ordinal);
        Assert.Contains("EnableIAMDatabaseAuthentication: true", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_known_is_written_and_what_is_not_is_looked_up()
    {
        var known = Plan with { Region = "eu-west-1", AccountId = "123456789012", ResourceId = "db-ABCDEFGHIJKL" };

        Assert.Contains("rds-db:eu-west-1:123456789012:dbuser:", CloudFormationSnippet.Create(known), StringComparison.Ordinal);
        Assert.Contains("Default: 'db-ABCDEFGHIJKL'", CloudFormationSnippet.Create(known), StringComparison.Ordinal);

        var terraform = TerraformSnippet.Create(known);
        Assert.Contains(":rds-db:eu-west-1:123456789012:dbuser:db-ABCDEFGHIJKL/orders_app", terraform, StringComparison.Ordinal);
        Assert.DoesNotContain("data \"aws_region\"", terraform, StringComparison.Ordinal);
        Assert.DoesNotContain("data \"aws_db_instance\"", terraform, StringComparison.Ordinal);

        Assert.Contains("${data.aws_db_instance.orders_db.resource_id}/orders_app", TerraformSnippet.Create(Plan), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RdsResourceKind.Instance, "DbiResourceId", "IDatabaseInstance instance", "data.aws_db_instance.orders_db.resource_id")]
    [InlineData(RdsResourceKind.Cluster, "DBClusterResourceId", "IDatabaseCluster cluster", "data.aws_rds_cluster.orders_db.cluster_resource_id")]
    [InlineData(RdsResourceKind.Proxy, "DBProxyArn", "IDatabaseProxy proxy", "data.aws_db_proxy.orders_db.arn")]
    public void Each_kind_of_endpoint_is_named_by_its_own_resource_id(RdsResourceKind kind, string cloudFormation, string cdk, string terraform)
    {
        var plan = Plan with { Kind = kind };

        Assert.Contains(cloudFormation, CloudFormationSnippet.Create(plan), StringComparison.Ordinal);
        Assert.Contains(cdk, CdkSnippet.Create(plan), StringComparison.Ordinal);
        Assert.Contains(terraform, TerraformSnippet.Create(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Cdk_grants_connect_to_the_user()
    {
        var code = CdkSnippet.Create(Plan);

        Assert.Contains("public static class OrdersDbIamAuth", code, StringComparison.Ordinal);
        Assert.Contains("instance.GrantConnect(service, \"orders_app\")", code, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orders db")]
    [InlineData("1orders")]
    [InlineData("orders_db")]
    public void A_name_that_the_tools_cannot_carry_is_refused(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => new RdsIamPlan(name, "orders_app"));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app'; --")]
    [InlineData("app\"x")]
    [InlineData("${AWS::AccountId}")]
    [InlineData("app\nAction: '*'")]
    public void A_user_name_that_would_leave_its_quotes_is_refused(string user) =>
        Assert.Throws<ArgumentException>(() => new RdsIamPlan("orders-db", user));
}
