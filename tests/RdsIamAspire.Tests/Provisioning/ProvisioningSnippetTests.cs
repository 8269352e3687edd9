using RdsIamAspire.Provisioning;

namespace RdsIamAspire.Tests.Provisioning;

/// <summary>What the snippets say; that AWS's own tools take them is tested in RdsIamAspire.Provisioning.Tests.</summary>
public sealed class ProvisioningSnippetTests
{
    private static readonly RdsIamPlan Plan = new("orders-db", "orders_app");
    private static readonly RdsIamPlan Cluster = Plan with { Kind = RdsResourceKind.Cluster };

    [Fact]
    public void CloudFormation_attaches_rds_db_connect_for_the_user_to_the_roles()
    {
        var yaml = CloudFormationSnippet.Create(Plan);

        Assert.Contains("Type: AWS::IAM::ManagedPolicy", yaml, StringComparison.Ordinal);
        Assert.Contains("Action: rds-db:connect", yaml, StringComparison.Ordinal);
        Assert.Contains(
            "!Sub arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:${DatabaseResourceId}/orders_app",
            yaml,
            StringComparison.Ordinal);
    }

    [Fact]
    public void CloudFormation_names_the_capability_that_it_needs() =>
        Assert.Contains("--capabilities CAPABILITY_IAM", CloudFormationSnippet.Create(Plan), StringComparison.Ordinal);

    [Fact]
    public void CloudFormation_and_Terraform_say_that_they_do_not_switch_IAM_authentication_on_and_what_does()
    {
        var command = "aws rds modify-db-cluster --db-cluster-identifier orders --enable-iam-database-authentication --apply-immediately";
        var plan = Cluster with { Identifier = "orders" };

        Assert.Contains("does not switch IAM authentication on", CloudFormationSnippet.Create(plan), StringComparison.Ordinal);
        Assert.Contains(
            "AWS::RDS::DBCluster: EnableIAMDatabaseAuthentication: true",
            CloudFormationSnippet.Create(plan),
            StringComparison.Ordinal);
        Assert.Contains(command, CloudFormationSnippet.Create(plan), StringComparison.Ordinal);

        Assert.Contains("does not switch IAM authentication on", TerraformSnippet.Create(plan), StringComparison.Ordinal);
        Assert.Contains(
            "aws_rds_cluster: iam_database_authentication_enabled = true",
            TerraformSnippet.Create(plan),
            StringComparison.Ordinal);
        Assert.Contains(command, TerraformSnippet.Create(plan), StringComparison.Ordinal);
        Assert.Equal([command], plan.EnableCommands);
    }

    [Fact]
    public void What_is_known_is_written_and_what_is_not_is_looked_up()
    {
        var known = Plan with
        {
            Kind = RdsResourceKind.Instance,
            Region = "eu-west-1",
            AccountId = "123456789012",
            ResourceId = "db-ABCDEFGHIJKL",
        };

        Assert.Contains("rds-db:eu-west-1:123456789012:dbuser:", CloudFormationSnippet.Create(known), StringComparison.Ordinal);
        Assert.Contains("Default: db-ABCDEFGHIJKL", CloudFormationSnippet.Create(known), StringComparison.Ordinal);

        var terraform = TerraformSnippet.Create(known);
        Assert.Contains(":rds-db:eu-west-1:123456789012:dbuser:", terraform, StringComparison.Ordinal);
        Assert.Contains("orders_db_resource_id = \"db-ABCDEFGHIJKL\"", terraform, StringComparison.Ordinal);
        Assert.DoesNotContain("data \"aws_region\"", terraform, StringComparison.Ordinal);
        Assert.DoesNotContain("data \"aws_db_instance\"", terraform, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RdsResourceKind.Instance, "DbiResourceId", "IDatabaseInstance instance", "data.aws_db_instance.orders_db.resource_id")]
    [InlineData(RdsResourceKind.Cluster, "DbClusterResourceId", "IDatabaseCluster cluster", "orders_db.cluster_resource_id")]
    [InlineData(RdsResourceKind.Proxy, "DBProxyArn", "IDatabaseProxy proxy", "data.aws_db_proxy.orders_db.arn")]
    public void Each_kind_of_endpoint_is_named_by_its_own_resource_id_and_no_other(
        RdsResourceKind kind,
        string cloudFormation,
        string cdk,
        string terraform)
    {
        var written = Texts(Plan with { Kind = kind });

        Assert.Contains(cloudFormation, written.CloudFormation, StringComparison.Ordinal);
        Assert.Contains(cdk, written.Cdk, StringComparison.Ordinal);
        Assert.Contains(terraform, written.Terraform, StringComparison.Ordinal);
        foreach (var other in Enum.GetValues<RdsResourceKind>().Except([kind]))
        {
            Assert.DoesNotContain($"IDatabase{other}", written.Cdk, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_unknown_kind_is_any_of_the_three()
    {
        var written = Texts(Plan);

        Assert.Contains("AllowedPattern: '^(db-|cluster-|prx-)[A-Za-z0-9]+$'", written.CloudFormation, StringComparison.Ordinal);
        Assert.Contains("IDatabaseInstance instance", written.Cdk, StringComparison.Ordinal);
        Assert.Contains("IDatabaseCluster cluster", written.Cdk, StringComparison.Ordinal);
        Assert.Contains("IDatabaseProxy proxy", written.Cdk, StringComparison.Ordinal);
        Assert.Contains("variable \"orders_db_resource_id\"", written.Terraform, StringComparison.Ordinal);
        Assert.Equal(3, Plan.EnableCommands.Count);
    }

    [Fact]
    public void All_users_are_in_one_text_each_with_a_policy_of_its_own()
    {
        var written = Texts(new RdsIamPlan("orders-db", "orders_app", "reports_reader", "orders_app"));

        Assert.Contains("OrdersDbOrdersAppConnect:", written.CloudFormation, StringComparison.Ordinal);
        Assert.Contains("OrdersDbReportsReaderConnect:", written.CloudFormation, StringComparison.Ordinal);
        Assert.Contains("AllowOrdersApp(", written.Cdk, StringComparison.Ordinal);
        Assert.Contains("AllowReportsReader(", written.Cdk, StringComparison.Ordinal);
        Assert.Contains("toset([\"orders_app\", \"reports_reader\"])", written.Terraform, StringComparison.Ordinal);
        Assert.Contains("name        = \"orders-db-${each.key}-connect\"", written.Terraform, StringComparison.Ordinal);
    }

    [Fact]
    public void Users_that_would_have_one_name_in_code_are_told_apart() =>
        Assert.Equal(
            ["OrdersApp", "OrdersApp2", "User007", "User"],
            new RdsIamPlan("orders-db", "orders_app", "Orders-App", "007", "_").PascalUsers.Select(static user => user.Pascal));

    [Fact]
    public void Nothing_deprecated_is_written() =>
        Assert.DoesNotContain("aws_region.orders_db.name", TerraformSnippet.Create(Plan), StringComparison.Ordinal);

    [Theory]
    [InlineData("orders db")]
    [InlineData("1orders")]
    [InlineData("orders_db")]
    public void A_name_that_the_tools_cannot_carry_is_refused(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => new RdsIamPlan(name, "orders_app"));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_id_region_account_or_identifier_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Plan with { ResourceId = "orders" });
        Assert.Throws<ArgumentException>(() => Plan with { Region = "Ireland" });
        Assert.Throws<ArgumentException>(() => Plan with { AccountId = "42" });
        Assert.Throws<ArgumentException>(() => Plan with { Identifier = "orders; rm" });
        Assert.Throws<ArgumentException>(() => new RdsIamPlan("orders-db"));
    }

    private static (string CloudFormation, string Cdk, string Terraform) Texts(RdsIamPlan plan) =>
        (CloudFormationSnippet.Create(plan), CdkSnippet.Create(plan), TerraformSnippet.Create(plan));
}
