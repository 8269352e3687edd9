using System.Text.Json;
using Microsoft.Extensions.Configuration;
using RdsIamAspire.Hosting.Publishing;

namespace RdsIamAspire.Hosting.Tests.Publishing;

/// <summary>The files that publishing writes for an endpoint.</summary>
public sealed class RdsArtifactsTests
{
    private const string Host = "orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com";

    [Fact]
    public async Task An_endpoint_is_published_with_policy_grants_and_infrastructure()
    {
        var files = await FilesAsync(Orders());

        Assert.Equal(["cdk.cs.txt", "cloudformation.yaml", "grants.sql", "iam-policy.json", "terraform.tf"], files.Keys);
        Assert.Contains(
            "CREATE USER IF NOT EXISTS `orders_app`@`%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'",
            files["grants.sql"],
            StringComparison.Ordinal);
        Assert.Contains("REQUIRE SSL", files["grants.sql"], StringComparison.Ordinal);
        Assert.Contains("IDatabaseCluster", files["cdk.cs.txt"], StringComparison.Ordinal);
        Assert.Contains("DbClusterResourceId", files["cloudformation.yaml"], StringComparison.Ordinal);
        Assert.Contains("aws_rds_cluster", files["terraform.tf"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_written_that_the_next_build_of_the_AppHost_would_compile()
    {
        var files = await FilesAsync(Orders());

        Assert.DoesNotContain(files.Keys, static name => name.EndsWith(".cs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_policy_whose_resource_id_is_not_known_lets_nobody_in()
    {
        using var policy = JsonDocument.Parse((await FilesAsync(Orders()))["iam-policy.json"]);

        var resource = policy.RootElement.GetProperty("Statement")[0].GetProperty("Resource")[0].GetString();

        Assert.Equal("arn:aws:rds-db:eu-west-1:*:dbuser:REPLACE-WITH-RESOURCE-ID/orders_app", resource);
    }

    [Fact]
    public async Task All_users_of_an_endpoint_are_in_one_file_of_each_sort()
    {
        var builder = AppHostModel.InPublishMode();
        var server = builder.AddRdsMySql("orders-db", Host).WithRdsIamAuth("orders_app");
        server.AddDatabase("orders");
        server.AddDatabase("reports").WithRdsIamAuth("reports_reader", ["SELECT"]);
        server.AddDatabase("stock").WithRdsIamAuth("stock_app");

        var files = await FilesAsync(server.Resource);

        Assert.Equal(["cdk.cs.txt", "cloudformation.yaml", "grants.sql", "iam-policy.json", "terraform.tf"], files.Keys);
        string[] users = ["orders_app", "reports_reader", "stock_app"];
        Assert.All(files, file => Assert.All(users, user => Assert.Contains(user, file.Value, StringComparison.Ordinal)));
        Assert.Contains("GRANT SELECT ON `reports`.* TO `reports_reader`@`%`", files["grants.sql"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_grant_script_says_that_it_alters_a_user_with_a_password()
    {
        var grants = (await FilesAsync(Orders()))["grants.sql"];

        Assert.Contains(
            "-- A user that is there with a password is altered: from then on it logs in with tokens, and with its password no more.",
            grants,
            StringComparison.Ordinal);
        Assert.Contains(
            "ALTER USER `orders_app`@`%` IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;",
            grants,
            StringComparison.Ordinal);
        Assert.Contains("@rds_iam_guard", grants, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_resource_id_that_the_AppHost_gives_is_in_the_policy()
    {
        var builder = AppHostModel.InPublishMode();
        var server = builder.AddRdsMySql("orders-db")
            .WithRdsIamAuth("orders_app")
            .AsExisting(Host, resourceId: "cluster-ABCDEFGHIJKL01234");

        Assert.Contains(
            "dbuser:cluster-ABCDEFGHIJKL01234/orders_app",
            (await FilesAsync(server.Resource))["iam-policy.json"],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_whose_name_is_a_parameter_is_granted_by_the_name_that_the_parameter_has()
    {
        var builder = AppHostModel.InPublishMode();
        builder.Configuration["Parameters:old-rds-database"] = "shop";
        builder.AddConnectionString("old").WithRdsIamAuth("old_app");
        var server = builder.Resources.OfType<RdsMySqlResource>().Single();

        var grants = (await FilesAsync(server))["grants.sql"];

        Assert.Contains("ON `shop`.* TO `old_app`@`%`", grants, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_has_no_name_yet_is_a_comment_in_the_grant_script_and_never_a_made_up_name()
    {
        var builder = AppHostModel.InPublishMode();
        builder.AddConnectionString("old").WithRdsIamAuth("old_app");
        var server = builder.Resources.OfType<RdsMySqlResource>().Single();

        var grants = (await FilesAsync(server))["grants.sql"];

        Assert.Contains("CREATE USER IF NOT EXISTS `old_app`@`%`", grants, StringComparison.Ordinal);
        Assert.Contains("-- Still to grant to old_app: the database {old-rds-database.value}", grants, StringComparison.Ordinal);
        Assert.DoesNotContain("\nGRANT ", grants, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_in_China_is_in_the_partition_of_China()
    {
        var builder = AppHostModel.InPublishMode();
        var server = builder.AddRdsMySql("orders-db", "orders.cluster-abcdefghijkl.cn-north-1.rds.amazonaws.com.cn").WithRdsIamAuth(
            "orders_app");

        var policy = (await FilesAsync(server.Resource))["iam-policy.json"];

        Assert.Contains("arn:aws-cn:rds-db:cn-north-1:", policy, StringComparison.Ordinal);
    }

    [Fact]
    public void An_instance_name_in_place_of_a_resource_id_is_refused()
    {
        var orders = AppHostModel.InPublishMode().AddRdsMySql("orders-db").WithRdsIamAuth("orders_app");

        var error = Assert.Throws<ArgumentException>(() => orders.AsExisting(Host, resourceId: "orders"));

        Assert.Contains("'orders'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_parameter_that_names_the_servers_own_is_refused_in_one_sentence()
    {
        var builder = AppHostModel.InPublishMode();
        builder.Configuration["Parameters:old-rds-database"] = "mysql";
        builder.AddConnectionString("old").WithRdsIamAuth("old_app");
        var server = builder.Resources.OfType<RdsMySqlResource>().Single();

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => FilesAsync(server));

        Assert.StartsWith(
            "The grant script of 'old-rds' cannot be written: 'mysql' is the server's own database",
            error.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter '", error.Message, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyDictionary<string, string>> FilesAsync(RdsMySqlResource server)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        return await RdsArtifacts.CreateAsync(server, await RdsArtifacts.PlanAsync(server, cancellationToken), cancellationToken);
    }

    private static RdsMySqlResource Orders()
    {
        var server = AppHostModel.InPublishMode().AddRdsMySql("orders-db", Host).WithRdsIamAuth("orders_app");
        server.AddDatabase("orders");
        return server.Resource;
    }
}
