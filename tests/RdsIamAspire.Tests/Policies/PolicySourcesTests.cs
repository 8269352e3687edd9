using System.Text.Json;

namespace RdsIamAspire.Tests.Policies;

/// <summary>A policy is found in what people have.</summary>
public sealed class PolicySourcesTests
{
    private const string Policy = """
        {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"rds-db:connect",
            "Resource":"arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app"}}
        """;

    private static readonly RdsPolicyIntent App = new() { User = "app", Region = "eu-west-1" };

    public static TheoryData<string> Wrapped =>
    [
        $$$$$"""{"PolicyVersion":{"Document":{{{{{Policy}}}}},"VersionId":"v1"}}""",
        $$$$$"""{"RoleName":"api","PolicyName":"db","PolicyDocument":{{{{{Policy}}}}}}""",
        $$$$$"""{"RoleName":"api","PolicyDocument":{{{{{JsonSerializer.Serialize(Uri.EscapeDataString(Policy))}}}}}}""",
        $$$$$"""
        {"Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{
            "AssumeRolePolicyDocument":{"Statement":[{"Effect":"Allow","Principal":{"Service":"ecs.amazonaws.com"},"Action":"sts:AssumeRole"}]},
            "Policies":[{"PolicyName":"db","PolicyDocument":{{{{{Policy}}}}}}]}}}}
        """,
        $$$$$"""
        {"planned_values":{"root_module":{"resources":[{"values":{"name":"db","policy":{{{{{JsonSerializer.Serialize(Policy)}}}}}}}]}},
         "resource_changes":[{"change":{"after":{"policy":{{{{{JsonSerializer.Serialize(Policy)}}}}}}}}]}
        """,
    ];

    [Theory]
    [MemberData(nameof(Wrapped), DisableDiscoveryEnumeration = true)]
    public void In_the_output_of_aws_a_template_or_a_plan(string text)
    {
        Assert.Empty(RdsDbConnectPolicy.Lint(text, App));
        Assert.Contains(RdsDbConnectPolicy.Lint(text, App with { User = "other" }),
            finding => finding.Message.Contains("no statement allows", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_policies_are_judged_together_and_each_finding_names_its_own()
    {
        var deny = """{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"rds-db:*","Resource":"*"}}""";
        var findings = RdsDbConnectPolicy.Lint($$$$$"""[{"PolicyDocument":{{{{{Policy}}}}}},{"PolicyDocument":{{{{{deny}}}}}}]""", App);
        Assert.Equal("error: Statement 1: it denies rds-db:connect for user 'app', region 'eu-west-1', and a Deny wins over every Allow",
            Assert.Single(findings).ToString());

        var broken = RdsDbConnectPolicy.Lint($$$$$"""{"A":{"Document":{{{{{Policy}}}}}},"B":{"Document":{"Statement":[1]}}}""");
        Assert.StartsWith("error: B.Document, Statement 1 (line 1, column 15): it is not an object", Assert.Single(broken).ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Version: '2012-10-17'\nStatement:\n  - Effect: Allow", "it is not JSON: it looks like YAML,")]
    [InlineData("Resources:\n  Role:\n", "it is not JSON: it looks like YAML,")]
    [InlineData("resource \"aws_iam_role_policy\" \"db\" {\n  policy = jsonencode({})\n}",
        "it is not JSON: it looks like Terraform's HCL;")]
    [InlineData("not json", "it is not JSON: ")]
    public void Another_language_is_named_with_what_to_do(string text, string message) =>
        Assert.StartsWith(message, Assert.Single(RdsDbConnectPolicy.Lint(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/${var.user}")]
    [InlineData("arn:aws:rds-db:eu-west-1:123456789012:dbuser:${Database}/app")]
    [InlineData("arn:aws:rds-db:${var.region}:123456789012:dbuser:db-A/app")]
    [InlineData("arn:aws:rds-db:${AWS::Region}:123456789012:dbuser:db-A/app")]
    public void A_variable_of_Terraform_or_a_template_is_none_of_IAM(string resource)
    {
        var findings = RdsDbConnectPolicy.Lint(Policy.Replace("arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app", resource,
            StringComparison.Ordinal));
        Assert.Contains(findings,
            finding => finding.Severity == RdsPolicySeverity.Error
                && finding.Message.Contains("terraform show -json PLAN", StringComparison.Ordinal));
    }
}
