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
    [InlineData("rds:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app",
        "error: Statement 1, Action: 'rds:connect' is no action of AWS; write rds-db:connect")]
    [InlineData("rds-db:login", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app",
        "error: Statement 1, Action: 'rds-db:login' is no action of AWS; write rds-db:connect")]
    [InlineData("s3:GetObject", "*", "error: document: no statement allows rds-db:connect, so every login is denied")]
    [InlineData("rds-db:connect", "arn:aws:rds:eu-west-1:123456789012:db:mydb",
        "error: Statement 1, Resource: 'arn:aws:rds:eu-west-1:123456789012:db:mydb' is the ARN of the database itself; rds-db:connect needs"
            + " that of a database user: arn:aws:rds-db:REGION:ACCOUNT:dbuser:RESOURCE-ID/USER")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:mydb/app",
        "error: Statement 1, Resource: 'arn:aws:rds-db:eu-west-1:123456789012:dbuser:mydb/app': 'mydb' is not a resource id. Give the"
            + " DbiResourceId of the instance (db-…),")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A",
        "error: Statement 1, Resource: 'arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A' does not end with 'dbuser:resource-id/user'")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app@%",
        "error: Statement 1, Resource: 'arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app@%': 'app@%' is not a database user name; give"
            + " the name alone, without '@' and a host.")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:cn-north-1:123456789012:dbuser:db-A/app",
        "error: Statement 1, Resource: 'arn:aws:rds-db:cn-north-1:123456789012:dbuser:db-A/app' is in partition 'aws', but the region"
            + " 'cn-north-1' is in 'aws-cn'; write arn:aws-cn:rds-db:…")]
    [InlineData("rds-db:connect", "arn:aws:rds-db:eu-wst-1:123456789012:dbuser:db-A/app",
        "warning: Statement 1, Resource: 'arn:aws:rds-db:eu-wst-1:123456789012:dbuser:db-A/app' is in the region 'eu-wst-1', which the AWS"
            + " SDK does not know; check its spelling")]
    [InlineData("rds-db:connect", "*", "warning: Statement 1, Resource: '*' lets in as every user of every database of the account")]
    [InlineData("RDS-DB:*", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:*/app",
        "warning: Statement 1, Resource: 'arn:aws:rds-db:eu-west-1:123456789012:dbuser:*/app' is for every database of the account in the"
            + " region")]
    [InlineData("rds-db:conn?ct", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/*",
        "warning: Statement 1, Resource: 'arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/*' lets in as every user of the database")]
    public void The_usual_mistakes_are_found_with_what_to_write(string action, string resource, string message) =>
        Assert.StartsWith(message, RdsDbConnectPolicy.Lint(Policy(action, resource))[0].ToString(), StringComparison.Ordinal);

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

        Assert.Equal($"error: Statement 1, Condition: '{key}' is not supported for rds-db:connect; take it out, and restrict the network"
            + " with security groups", Assert.Single(findings).ToString());
    }

    [Fact]
    public void A_supported_condition_a_variable_and_statements_for_other_services_are_fine() => Assert.Empty(RdsDbConnectPolicy.Lint("""
        { "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } } },
            { "Effect": "Allow", "Action": "rds-db:connect", "Resource": "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/${aws:username}",
              "Condition": { "StringEquals": { "aws:PrincipalTag/team": "orders" } } } ] }
        """));

    [Fact]
    public void A_policy_that_only_denies_allows_nothing() =>
        Assert.Equal("error: document: no statement allows rds-db:connect, so every login is denied", Assert.Single(RdsDbConnectPolicy.Lint("""
            { "Version": "2012-10-17", "Statement": { "Effect": "Deny", "Action": "rds-db:connect", "Resource": "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app" } }
            """)).ToString());

    [Theory]
    [InlineData("", "it is not JSON")]
    [InlineData("{", "it is not JSON")]
    [InlineData("[]", "it is not a JSON object")]
    [InlineData("{}", "it has no Statement")]
    [InlineData("""{ "Version": "2012-10-17", "Statement": [ 1 ] }""", "Statement 1 (line 1, column 43): it is not an object")]
    [InlineData("""{ "Version": "2012-10-17", "Statement": { "Effect": "allow" } }""", "'allow' is neither Allow nor Deny")]
    [InlineData("""{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Resource": "*" } }""",
        "Statement 1, Action (line 1, column 41): it is missing")]
    [InlineData("""{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "rds-db:connect" } }""",
        "Statement 1, Resource (line 1, column 41): it is missing")]
    [InlineData(
        """{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "rds-db:connect", "Resource": "*", "Principal": "*" } }""",
        "Principal (line 1, column 107): a policy for a role or user has none")]
    [InlineData("""{ "Statement": { "Effect": "Deny", "Action": "rds-db:connect", "Resource": "*" } }""",
        "Version: it is not \"2012-10-17\"")]
    public void A_text_that_is_no_policy_is_a_finding(string document, string reason) =>
        Assert.Contains(RdsDbConnectPolicy.Lint(document), f => f.ToString().Contains(reason, StringComparison.Ordinal));

    [Theory]
    [InlineData("orders_app", "eu-west-1", null)]
    [InlineData("ORDERS_APP", "eu-west-1", "user 'ORDERS_APP', region 'eu-west-1'")]
    [InlineData("orders_app", "eu-west-2", "user 'orders_app', region 'eu-west-2'")]
    [InlineData("stock_app", "eu-west-1", "user 'stock_app', region 'eu-west-1'")]
    public void A_policy_is_judged_against_the_login_it_is_meant_for(string user, string region, string? refused)
    {
        var findings = RdsDbConnectPolicy.Lint(
            Policy("rds-db:connect", "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/orders_*"),
            new RdsPolicyIntent { User = user, Region = region });

        if (refused is null)
            Assert.Empty(findings);
        else
            Assert.StartsWith($"error: document: no statement allows rds-db:connect for {refused};", Assert.Single(findings).ToString(),
                StringComparison.Ordinal);
    }

    [Fact]
    public void A_deny_wins() =>
        Assert.Equal("error: Statement 2: it denies rds-db:connect for user 'app', and a Deny wins over every Allow", Assert.Single(RdsDbConnectPolicy.Lint("""
            { "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "rds-db:connect", "Resource": "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app" },
                { "Effect": "Deny", "Action": "*", "Resource": "*" } ] }
            """, new RdsPolicyIntent { User = "app" })).ToString());

    [Theory]
    [InlineData(RdsEndpointKind.Proxy, "db-A", "its policy names the proxy's id (prx-…")]
    [InlineData(RdsEndpointKind.Cluster, "db-A", "its policy names the DbClusterResourceId (cluster-…)")]
    [InlineData(RdsEndpointKind.Instance, "prx-A", "its policy names db-… or cluster-…")]
    [InlineData(RdsEndpointKind.Proxy, "prx-A", null)]
    [InlineData(RdsEndpointKind.ClusterReader, "cluster-A", null)]
    [InlineData(RdsEndpointKind.Instance, "cluster-A", null)]
    public void The_resource_id_must_fit_the_endpoint(RdsEndpointKind kind, string id, string? wrong)
    {
        var findings = RdsDbConnectPolicy.Lint(Policy("rds-db:connect", $"arn:aws:rds-db:eu-west-1:123456789012:dbuser:{id}/app"),
            new RdsPolicyIntent { Kind = kind });

        if (wrong is null)
            Assert.Empty(findings);
        else
            Assert.Contains(wrong, Assert.Single(findings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aws:PrincipalTag/team", "orders", null)]
    [InlineData("aws:PrincipalTag/team", "stock",
        "error: document: no statement allows rds-db:connect for user 'app', principal 'arn:aws:sts::123456789012:assumed-role/r/s'; a"
            + " condition does not hold: StringEquals aws:PrincipalTag/team 'stock', and the value in the request is 'orders'")]
    [InlineData("aws:PrincipalOrgID", "o-abc",
        "warning: Statement 1: it allows rds-db:connect for user 'app', principal 'arn:aws:sts::123456789012:assumed-role/r/s' only under a"
            + " condition: StringEquals aws:PrincipalOrgID 'o-abc', and the value is not known here; name the principal and its tags to"
            + " judge it")]
    [InlineData("aws:Principaltype", "User",
        "error: document: no statement allows rds-db:connect for user 'app', principal 'arn:aws:sts::123456789012:assumed-role/r/s'; a"
            + " condition does not hold: StringEquals aws:Principaltype 'User', and the value in the request is 'AssumedRole'")]
    public void Conditions_are_judged_for_the_principal_that_is_named(string key, string value, string? finding)
    {
        var intent = new RdsPolicyIntent
        {
            User = "app",
            PrincipalArn = "arn:aws:sts::123456789012:assumed-role/r/s",
            PrincipalTags = new Dictionary<string, string> { ["team"] = "orders" },
        };

        Assert.Equal(finding,
            RdsDbConnectPolicy.Lint(Conditioned($$"""{ "StringEquals": { "{{key}}": "{{value}}" } }"""),
                intent).SingleOrDefault()?.ToString());
    }

    [Theory]
    [InlineData("""{ "StringEquals": { "s3:prefix": "x" } }""",
        "warning: Statement 1, Condition: no request for rds-db:connect carries 's3:prefix'")]
    [InlineData("""{ "Bool": { "aws:SecureTransprt": true } }""",
        "warning: Statement 1, Condition: no request for rds-db:connect carries 'aws:SecureTransprt'; did you mean 'aws:SecureTransport'?")]
    [InlineData("""{ "StringLike": { "aws:PrincipalOrgPaths": "o-a/*" } }""",
        "warning: Statement 1, Condition: 'aws:PrincipalOrgPaths' can have several values; write ForAnyValue:StringLike or"
            + " ForAllValues:StringLike")]
    [InlineData("""{ "ForAllValues:StringLike": { "aws:PrincipalTag/a": "b" } }""",
        "warning: Statement 1, Condition: 'aws:PrincipalTag/a' has one value;")]
    [InlineData("""{ "DateLessThan": { "aws:CurrentTime": "tomorrow" } }""",
        "error: Statement 1, Condition: 'tomorrow' is no value that DateLessThan can compare, so it never matches")]
    [InlineData("""{ "Bool": { "aws:SecureTransport": "yes" } }""",
        "error: Statement 1, Condition: 'yes' is no value that Bool can compare, so it never matches")]
    [InlineData("""{ "ArnLike": { "aws:PrincipalArn": "orders" } }""",
        "error: Statement 1, Condition: 'orders' is no value that ArnLike can compare, so it never matches")]
    public void What_is_odd_about_a_condition_is_found(string condition, string finding) =>
        Assert.StartsWith(finding, Assert.Single(RdsDbConnectPolicy.Lint(Conditioned(condition))).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_policy_that_has_ended_allows_nothing()
    {
        var policy = Conditioned("""{ "DateLessThan": { "aws:CurrentTime": "2026-01-01T00:00:00Z" } }""");
        var before = new RdsPolicyIntent { User = "app", Time = new DateTimeOffset(2025, 12, 31, 0, 0, 0, TimeSpan.Zero) };

        Assert.Empty(RdsDbConnectPolicy.Lint(policy, before));
        Assert.EndsWith("and the value in the request is '2026-01-02T00:00:00Z'",
            Assert.Single(RdsDbConnectPolicy.Lint(policy,
                before with { Time = before.Time.Value.AddDays(2) })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:rds-db:us-*:123456789012:dbuser:db-A/app", null)]
    [InlineData("arn:aws:rds-db:us-*:dbuser:db-A/app",
        "warning: Statement 1, Resource: 'arn:aws:rds-db:us-*:dbuser:db-A/app' covers database users, but is not the whole ARN:")]
    [InlineData("arn:aws:rds-db", "warning: Statement 1, Resource: 'arn:aws:rds-db' covers database users, but is not the whole ARN:")]
    public void A_resource_with_wildcards_is_judged_as_IAM_matches_it(string resource, string? finding)
    {
        var findings = RdsDbConnectPolicy.Lint(Policy("rds-db:connect", resource),
            new RdsPolicyIntent { User = "app", Region = "us-east-1" });

        if (finding is null)
            Assert.Empty(findings);
        else
            Assert.StartsWith(finding, Assert.Single(findings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_IAM_would_not_take_is_found_with_line_and_column()
    {
        var findings = RdsDbConnectPolicy.Lint("{ \"Version\": \"2012-10-17\",\n  \"Statement\": { \"Effect\": \"Allow\", \"Action\":"
            + " \"connect\", \"Resource\": \"app\" } }");

        Assert.Equal([(2, 47), (2, 70)], findings.Select(finding => (finding.Line!.Value, finding.Column!.Value)));
        Assert.All(findings, finding => Assert.Equal(RdsPolicySeverity.Error, finding.Severity));
    }

    private static string Conditioned(string condition) => $$"""
        { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "rds-db:connect",
            "Resource": "arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-A/app", "Condition": {{condition}} } }
        """;

    private static string Policy(string action, string resource) => $$"""
        { "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "{{action}}", "Resource": "{{resource}}" } }
        """;
}
