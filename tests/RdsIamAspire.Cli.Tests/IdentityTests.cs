using System.Text.Json;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Identity;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>list</c>, <c>whoami</c>, <c>simulate</c> and <c>policy --for-role</c> against AWS's API on loopback.</summary>
public sealed class IdentityTests : IDisposable
{
    private const string Host = "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com";
    private const string Role = "arn:aws:iam::123456789012:role/app/orders-api";
    private const string Allow = """
        {"Version":"2012-10-17","Statement":[{"Sid":"Db","Effect":"Allow","Action":"rds-db:connect",
        "Resource":"arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-ABCDEFGHIJKL01234/orders_app"}]}
        """;

    private readonly FakeAwsApi _aws = new();

    public IdentityTests()
    {
        _aws.Answers["DescribeDBInstances"] = """
            <Marker>2</Marker><DBInstances><DBInstance><DBInstanceIdentifier>plain</DBInstanceIdentifier><Engine>mysql</Engine>
            <DbiResourceId>db-PLAIN</DbiResourceId><IAMDatabaseAuthenticationEnabled>false</IAMDatabaseAuthenticationEnabled></DBInstance>
            <DBInstance><DBInstanceIdentifier>pg</DBInstanceIdentifier><Engine>postgres</Engine></DBInstance></DBInstances>
            """;
        _aws.Answers["DescribeDBInstances 2"] = $"""
            <DBInstances><DBInstance><DBInstanceIdentifier>orders</DBInstanceIdentifier><Engine>mysql</Engine><Endpoint>
            <Address>{Host}</Address><Port>3306</Port></Endpoint><DbiResourceId>db-ABCDEFGHIJKL01234</DbiResourceId>
            <PubliclyAccessible>false</PubliclyAccessible><IAMDatabaseAuthenticationEnabled>true</IAMDatabaseAuthenticationEnabled>
            </DBInstance></DBInstances>
            """;
        _aws.Answers["DescribeDBClusters"] = """
            <DBClusters><DBCluster><DBClusterIdentifier>stock</DBClusterIdentifier><Engine>aurora-mysql</Engine><Endpoint>stock.cluster-x
            </Endpoint><Port>3306</Port><DbClusterResourceId>cluster-STOCK</DbClusterResourceId>
            <IAMDatabaseAuthenticationEnabled>true</IAMDatabaseAuthenticationEnabled></DBCluster></DBClusters>
            """.Replace("stock.cluster-x\n", "stock.cluster-x", StringComparison.Ordinal);
        _aws.Answers["DescribeDBProxies"] = """
            <DBProxies><member><DBProxyName>front</DBProxyName><EngineFamily>MYSQL</EngineFamily><Endpoint>front.proxy-x</Endpoint>
            <DBProxyArn>arn:aws:rds:eu-west-1:123456789012:db-proxy:prx-0123</DBProxyArn><Auth><member><IAMAuth>REQUIRED</IAMAuth></member>
            </Auth></member></DBProxies>
            """;
        _aws.Answers["GetCallerIdentity"] =
            "<Arn>arn:aws:sts::123456789012:assumed-role/orders-api/i-0</Arn><Account>123456789012</Account>";
        _aws.Answers["GetRole"] = $"<Role><Arn>{Role}</Arn><Tags><member><Key>team</Key><Value>orders</Value></member></Tags></Role>";
        _aws.Answers["ListAttachedRolePolicies"] = "<AttachedPolicies><member><PolicyArn>arn:p</PolicyArn></member></AttachedPolicies>";
        _aws.Answers["ListRolePolicies"] = "<PolicyNames><member>inline</member></PolicyNames>";
        _aws.Answers["GetPolicy"] = "<Policy><DefaultVersionId>v2</DefaultVersionId></Policy>";
        Managed("arn:p", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}""");
        _aws.Answers["GetRolePolicy"] = $"<PolicyDocument>{Uri.EscapeDataString(Allow)}</PolicyDocument>";
    }

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task Databases_that_take_IAM_logins_are_listed_with_their_resource_ids()
    {
        var result = await RunAsync("list", "--region", "eu-west-1");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal($"""
            front   proxy     front.proxy-x:3306                                    prx-0123              IAM
            orders  instance  {Host}:3306  db-ABCDEFGHIJKL01234  IAM
            stock   cluster   stock.cluster-x:3306                                  cluster-STOCK         IAM

            """, result.Output);
        Assert.All(_aws.Calls, call => Assert.Equal("eu-west-1/rds", call.Scope));

        var all = await RunAsync("list", "--region", "eu-west-1", "--all", "--json");
        using var json = JsonDocument.Parse(all.Output);
        Assert.Equal(["front", "orders", "plain", "stock"],
            json.RootElement.EnumerateArray().Select(one => one.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Who_signs_is_said_without_a_secret()
    {
        var result = await RunAsync("whoami", "--region", "eu-west-1");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("identity     arn:aws:sts::123456789012:assumed-role/orders-api/i-0\n", result.Output);
        Assert.Contains("access key   AKIAIOSFODNN7EXAMPLE (long-term credentials)\n", result.Output);
        Assert.DoesNotContain("wJalrXUtnFEMI", result.Output + result.Error);
    }

    [Fact]
    public async Task What_AWS_refuses_is_said_with_what_is_needed()
    {
        _aws.Answers.Remove("GetCallerIdentity");
        var result = await RunAsync("whoami", "--region", "eu-west-1");
        Assert.Equal((3, "sts:GetCallerIdentity failed: AccessDenied: not authorized; whoever signs needs sts:GetCallerIdentity"),
            (result.ExitCode, result.Said[^1]));
    }

    [Theory]
    [InlineData("orders_app", 0, "allowed: statement 'Db' of orders-api/inline allows it")]
    [InlineData("Orders_App", 1, "denied: no statement allows rds-db:connect on arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-")]
    public async Task A_roles_policies_are_judged_without_a_login(string user, int exitCode, string said)
    {
        var result = await RunAsync("simulate", "--role", "orders-api", "--host", Host, "--user", user);
        Assert.StartsWith(said, result.Output);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains($"  who        {Role}\n", result.Output);
        Assert.Contains(_aws.Calls, call => call == ("GetRolePolicy", "us-east-1/iam"));
    }

    [Fact]
    public async Task A_boundary_that_does_not_allow_it_denies_it()
    {
        _aws.Answers["GetRole"] = $"<Role><Arn>{Role}</Arn><PermissionsBoundary><PermissionsBoundaryArn>arn:b</PermissionsBoundaryArn>"
            + "</PermissionsBoundary></Role>";
        Managed("arn:b", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}""");
        // Whoever signs, when no role is named.
        var result = await RunAsync("simulate", "--host", Host, "--user", "orders_app");
        Assert.StartsWith("denied: the permissions boundary arn:b: no policy names the action rds-db:connect", result.Output);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task A_policy_for_a_role_has_what_AWS_knows_and_only_what_is_missing()
    {
        var result = await RunAsync("policy", "--for-role", "orders-api", "--host", Host, "--user", "orders_app", "--user", "report");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("dbuser:db-ABCDEFGHIJKL01234/report", result.Output);
        Assert.DoesNotContain("/orders_app", result.Output);
        Assert.StartsWith($"{Role} may log in as 'orders_app' already: ", result.Said[0]);
        Assert.StartsWith("to attach it: aws iam put-role-policy --role-name orders-api ", result.Said[^1]);
    }

    [Theory]
    [InlineData("orders-api", "Role", "orders-api")]
    [InlineData("arn:aws:iam::1:role/a/b/orders", "Role", "orders")]
    [InlineData("arn:aws:sts::1:assumed-role/orders/session", "Role", "orders")]
    [InlineData("arn:aws:iam::1:user/x/jane", "User", "jane")]
    public void A_holder_of_policies_is_read_from_its_ARN(string text, string kind, string name) =>
        Assert.Equal((kind, name), HeldPolicies.Holder(text));

    [Fact]
    public void The_root_user_has_no_policies() =>
        Assert.Contains("no role and no user", Assert.Throws<ToolException>(() => HeldPolicies.Holder("arn:aws:iam::1:root")).Message);

    [Fact]
    public void A_table_is_as_narrow_as_the_terminal()
    {
        string[][] rows = [["orders", "", "a\u001b.example"], ["stock", "", "b"]];
        Assert.Equal([@"orders  a\x1b.example", "stock   b"], Table.Lines(rows, 80));
        Assert.Equal(["orders", @"  a\x1b.example", "stock", "  b"], Table.Lines(rows, 12));
    }

    private void Managed(string arn, string document) =>
        _aws.Answers[$"GetPolicyVersion {arn}"] = $"<PolicyVersion><Document>{Uri.EscapeDataString(document)}</Document></PolicyVersion>";

    private Task<ToolResult> RunAsync(params string[] line) => Tool.RunAsync(line, environment: new Dictionary<string, string?>
    {
        ["AWS_ENDPOINT_URL"] = _aws.Address,
        ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
        ["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ["NO_PROXY"] = "127.0.0.1",
    });
}
