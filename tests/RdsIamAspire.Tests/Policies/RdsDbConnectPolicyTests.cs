namespace RdsIamAspire.Tests.Policies;

public sealed class RdsDbConnectPolicyTests
{
    [Fact]
    public void The_document_is_the_one_of_the_AWS_guide()
    {
        var document = RdsDbConnectPolicy.CreateDocument(new RdsDbUserArn("us-east-2", "123456789012", "db-ABCDEFGHIJKL01234", "db_user"));

        Assert.Equal("""
            {
              "Version": "2012-10-17",
              "Statement": [
                {
                  "Effect": "Allow",
                  "Action": "rds-db:connect",
                  "Resource": [
                    "arn:aws:rds-db:us-east-2:123456789012:dbuser:db-ABCDEFGHIJKL01234/db_user"
                  ]
                }
              ]
            }

            """.ReplaceLineEndings("\n"), document);
        Assert.Empty(RdsDbConnectPolicy.Lint(document));
    }

    [Fact]
    public void A_user_named_twice_stands_once()
    {
        var arn = new RdsDbUserArn("us-east-2", "123456789012", "db-A", "app");

        Assert.Equal(RdsDbConnectPolicy.CreateDocument(arn), RdsDbConnectPolicy.CreateDocument(arn, arn));
    }

    [Fact]
    public void A_policy_for_nobody_is_refused() => Assert.Throws<ArgumentException>(() => RdsDbConnectPolicy.CreateDocument());

    [Theory]
    [InlineData("rds:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app", RdsPolicyProblem.WrongAction, "write 'rds-db:connect'")]
    [InlineData("s3:GetObject", "*", RdsPolicyProblem.NothingAllowed, "every login is denied")]
    [InlineData("rds-db:connect", "arn:aws:rds:eu-west-1:123456789012:db:mydb", RdsPolicyProblem.WrongResource, "the database's own ARN, which is for managing it")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:mydb/app", RdsPolicyProblem.NotAResourceId, "'mydb' in")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A", RdsPolicyProblem.WrongResource, "names no database user")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app@%", RdsPolicyProblem.WrongResource, "has a host after the user")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:cn-north-1:123456789012:dbuser:db-A/app", RdsPolicyProblem.WrongRegion, "belongs to the partition 'aws-cn', not 'aws'")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:eu-wst-1:123456789012:dbuser:db-A/app", RdsPolicyProblem.WrongRegion, "check its spelling")]
    [InlineData("rds-db:connect", "*", RdsPolicyProblem.TooBroad, "every user of every database")]
    [InlineData("RDS-DB:*", "arn:aws:rds-db:*:*:dbuser:*/*", RdsPolicyProblem.TooBroad, "every user of every database")]
    public void The_usual_mistakes_are_found(string action, string resource, RdsPolicyProblem problem, string message)
    {
        var findings = RdsDbConnectPolicy.Lint($$"""
            { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "{{action}}", "Resource": "{{resource}}" } }
            """);

        var finding = Assert.Single(findings);
        Assert.Equal(problem, finding.Problem);
        Assert.Contains(message, finding.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aws:SourceIp")]
    [InlineData("aws:sourcevpc")]
    [InlineData("aws:SourceVpce")]
    [InlineData("aws:UserAgent")]
    [InlineData("aws:Referer")]
    [InlineData("aws:VpcSourceIp")]
    public void A_condition_on_a_key_that_RDS_does_not_support_is_found(string key)
    {
        var findings = RdsDbConnectPolicy.Lint($$"""
            { "Version": "2012-10-17", "Statement": [ {
                "Effect": "Allow", "Action": [ "rds-db:connect" ], "Resource": [ "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app" ],
                "Condition": { "IpAddress": { "{{key}}": "10.0.0.0/8" } } } ] }
            """);

        Assert.Equal($"Statement 1: The condition key '{key}' is not supported for rds-db:connect; remove it, and restrict the network with security groups.", Assert.Single(findings).ToString());
    }

    [Fact]
    public void A_supported_condition_a_variable_and_statements_for_other_services_are_fine() => Assert.Empty(RdsDbConnectPolicy.Lint("""
        { "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } } },
            { "Effect": "Allow", "Action": "rds-db:connect", "Resource": "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/${aws:username}",
              "Condition": { "StringEquals": { "aws:PrincipalTag/team": "orders" } } } ] }
        """));

    [Fact]
    public void A_variable_in_a_document_without_the_new_version_is_found() =>
        Assert.Equal(RdsPolicyProblem.VariableNeedsNewVersion, Assert.Single(RdsDbConnectPolicy.Lint("""
            { "Statement": { "Effect": "Allow", "Action": "rds-db:connect", "Resource": "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/${aws:username}" } }
            """)).Problem);

    [Fact]
    public void A_policy_that_only_denies_allows_nothing() =>
        Assert.Equal(RdsPolicyProblem.NothingAllowed, Assert.Single(RdsDbConnectPolicy.Lint("""
            { "Version": "2012-10-17", "Statement": { "Effect": "Deny", "Action": "rds-db:connect", "Resource": "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app" } }
            """)).Problem);

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "has no \"Statement\"")]
    [InlineData("{}", "has no \"Statement\"")]
    [InlineData("""{ "Statement": [ 1 ] }""", "Statement 1 of the policy is not an object")]
    public void A_text_that_is_no_policy_is_refused(string document, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => RdsDbConnectPolicy.Lint(document)).Message, StringComparison.Ordinal);
}
