using System.Reflection;
using System.Text.Json;
using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.RDS;

namespace RdsIamAspire.Provisioning.Tests.Cdk;

/// <summary>
/// The published CDK code, compiled against Amazon.CDK.Lib and synthesized by the CDK itself (jsii, which runs under node).
/// </summary>
public sealed class CdkTests
{
    [Theory]
    [MemberData(nameof(Plans.Names), MemberType = typeof(Plans))]
    public void Code_compiles_against_the_CDK(string plan)
    {
        var type = CdkCode.Compile(CdkSnippet.Create(Plans.All[plan]));

        Assert.Equal(Plans.All[plan].Users.Count, Allows(type).Select(static method => method.Name).Distinct().Count());
    }

    [Fact]
    public void The_classes_of_several_endpoints_stand_in_one_project() =>
        CdkCode.Compile(CdkSnippet.Create(Plans.ThreeUsers), CdkSnippet.Create(new RdsIamPlan("stock-db", "orders_app")));

    [Fact]
    public async Task A_cluster_that_the_stack_defines_gets_IAM_authentication_and_each_service_its_own_user()
    {
        var plan = Plans.ThreeUsers with { Kind = RdsResourceKind.Cluster };

        var template = await SynthesizeAsync(plan, static (stack, vpc) => new DatabaseCluster(stack, "Orders", new DatabaseClusterProps
        {
            Engine = DatabaseClusterEngine.AuroraMysql(new AuroraMysqlClusterEngineProps { Version = AuroraMysqlEngineVersion.VER_3_07_1 }),
            Writer = ClusterInstance.ServerlessV2("writer"),
            Vpc = vpc,
        }));

        var cluster = Assert.Single(OfType(template, "AWS::RDS::DBCluster"));
        Assert.True(cluster.GetProperty("EnableIAMDatabaseAuthentication").GetBoolean());
        AssertConnects(template, "DBClusterResourceId", "orders_app", "reports.reader", "Orders-App");
    }

    [Theory]
    [InlineData("instance, three users")]
    [InlineData("unknown kind, three users")]
    public async Task An_instance_that_the_stack_defines_gets_IAM_authentication_and_each_service_its_own_user(string plan)
    {
        var template = await SynthesizeAsync(
            Plans.All[plan],
            static (stack, vpc) => new DatabaseInstance(stack, "Orders", new DatabaseInstanceProps
            {
                Engine = DatabaseInstanceEngine.Mysql(new MySqlInstanceEngineProps { Version = MysqlEngineVersion.VER_8_0_39 }),
                Vpc = vpc,
            }));

        var instance = Assert.Single(OfType(template, "AWS::RDS::DBInstance"));
        Assert.True(instance.GetProperty("EnableIAMDatabaseAuthentication").GetBoolean());
        AssertConnects(template, "DbiResourceId", "orders_app", "reports.reader", "Orders-App");
    }

    [Fact]
    public async Task What_the_stack_imports_is_left_as_it_is_and_named_by_its_resource_id()
    {
        var template = await SynthesizeAsync(Plans.OneUser with { Kind = RdsResourceKind.Cluster }, static (stack, _) =>
            DatabaseCluster.FromDatabaseClusterAttributes(stack, "Orders", new DatabaseClusterAttributes
            {
                ClusterIdentifier = "orders",
                ClusterResourceIdentifier = "cluster-ABCDEFGHIJKL01234",
            }));

        Assert.Empty(OfType(template, "AWS::RDS::DBCluster"));
        AssertConnects(template, "cluster-ABCDEFGHIJKL01234", "orders_app");
    }

    [Theory]
    [InlineData("proxy, three users")]
    [InlineData("unknown kind, three users")]
    public async Task A_proxy_is_named_by_the_last_part_of_its_ARN(string plan)
    {
        var template = await SynthesizeAsync(Plans.All[plan], static (stack, _) =>
            DatabaseProxy.FromDatabaseProxyAttributes(stack, "Orders", new DatabaseProxyAttributes
            {
                DbProxyArn = "arn:aws-cn:rds:cn-north-1:123456789012:db-proxy:prx-ABCDEFGHIJKL01234",
                DbProxyName = "orders-proxy",
                Endpoint = "orders-proxy.proxy-abcdefghijkl.rds.cn-north-1.amazonaws.com.cn",
                SecurityGroups = [],
            }));

        AssertConnects(template, "prx-ABCDEFGHIJKL01234", "orders_app", "reports.reader", "Orders-App");
    }

    /// <summary>A stack with the database, and for each method of the published class a role that it is called with.</summary>
    private static async Task<JsonElement> SynthesizeAsync(RdsIamPlan plan, Func<Stack, IVpc, object> define)
    {
        if (await Tool.RunAsync("node", ["--version"], ".", TestContext.Current.CancellationToken) is null)
            Assert.Skip("node is not on the path: the CDK runs in it.");
        var published = CdkCode.Compile(CdkSnippet.Create(plan));
        using var output = new TemporaryFolder();
        var app = new App(new AppProps { Outdir = output.Path, AnalyticsReporting = false });
        var stack = new Stack(
            app, "Stack", new StackProps { Env = new Amazon.CDK.Environment { Account = "123456789012", Region = "cn-north-1" } });
        var vpc = new Vpc(stack, "Vpc");
        var database = define(stack, vpc);
        foreach (var allow in Allows(published).Where(allow => allow.GetParameters()[0].ParameterType.IsInstanceOfType(database)))
        {
            var role = new Role(stack, allow.Name + "Role", new RoleProps { AssumedBy = new ServicePrincipal("ecs-tasks.amazonaws.com") });
            allow.Invoke(null, [database, role]);
        }

        app.Synth();
        var text = await File.ReadAllTextAsync(Path.Combine(output.Path, "Stack.template.json"), TestContext.Current.CancellationToken);
        using var template = JsonDocument.Parse(text);
        return template.RootElement.Clone();
    }

    private static IEnumerable<MethodInfo> Allows(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(
            static method => method.Name.StartsWith("Allow", StringComparison.Ordinal));

    private static IReadOnlyList<JsonElement> OfType(JsonElement template, string type) =>
    [
        .. template.GetProperty("Resources").EnumerateObject()
            .Where(resource => resource.Value.GetProperty("Type").GetString() == type)
            .Select(static resource => resource.Value.GetProperty("Properties")),
    ];

    private static void AssertConnects(JsonElement template, string resourceId, params string[] users)
    {
        string[] resources =
        [
            .. OfType(template, "AWS::IAM::Policy")
                .SelectMany(static policy => policy.GetProperty("PolicyDocument").GetProperty("Statement").EnumerateArray())
                .Where(static statement => statement.GetProperty("Action").GetString() == "rds-db:connect")
                .Select(static statement => statement.GetProperty("Resource").GetRawText()),
        ];
        Assert.Equal(users.Length, resources.Length);
        Assert.All(users, user => Assert.Single(resources, resource =>
            resource.Contains($"/{user}\"", StringComparison.Ordinal) && resource.Contains(resourceId, StringComparison.Ordinal)
            && resource.Contains(":rds-db:cn-north-1:123456789012:dbuser:", StringComparison.Ordinal)));
    }
}
