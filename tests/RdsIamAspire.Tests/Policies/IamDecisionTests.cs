namespace RdsIamAspire.Tests.Policies;

/// <summary>
/// Given these policies, the user <c>app</c> of <c>db-ABC</c> in account 123456789012, us-east-1, may connect or not, for this reason.
/// </summary>
public sealed class IamDecisionTests
{
    private const string Resource = "arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/app";

    private static readonly IamPrincipal Role = new()
    {
        Arn = "arn:aws:sts::123456789012:assumed-role/orders/api",
        Tags = new Dictionary<string, string> { ["team"] = "orders" },
    };

    [Theory]
    [InlineData("rds-db:connect")]
    [InlineData("RDS-DB:Connect")]
    [InlineData("rds-db:*")]
    [InlineData("rds-db:conn?ct")]
    [InlineData("*")]
    [InlineData("*:*")]
    public void Actions_are_matched_without_regard_to_case_and_with_wildcards(string action) =>
        Assert.Equal(IamAnswer.Yes, Decide(Allow(action, "*")).Allowed);

    [Theory]
    [InlineData("dbuser:db-XYZ/app",
        "names the resource id 'db-XYZ', the database's is 'db-ABC' (db-… an instance, cluster-… an Aurora cluster, prx-… a proxy)")]
    [InlineData("dbuser:cluster-ABC/app",
        "names the resource id 'cluster-ABC', the database's is 'db-ABC' (db-… an instance, cluster-… an Aurora cluster, prx-… a proxy)")]
    [InlineData("dbuser:orders-prod/app",
        "names 'orders-prod', which looks like an instance or cluster name; the ARN needs the resource id 'db-ABC'")]
    [InlineData("dbuser:db-ABC/App", "differs in the case of the user name: 'App' and 'app'")]
    [InlineData("dbuser:db-ABC/admin", "is for the user 'admin'")]
    [InlineData("dbuser:db-ABC/app ", "is for the user 'app ', with a blank at its end")]
    [InlineData("dbuser:db-ABC", "names no database user after the resource id ('…dbuser:db-ABC/app')")]
    [InlineData("dbuser/db-ABC/app", "has no ':dbuser:' with a colon before the resource id")]
    [InlineData("dbuser:db-ABC/${aws:username}",
        "matches nothing, as the request has no aws:username (only an IAM user has it, a role has not)")]
    [InlineData("dbuser:db-ABC/${aws:PrincipalTag/db}",
        "matches nothing, as the request has no aws:PrincipalTag/db (the principal has no such tag)")]
    [InlineData("dbuser:db-ABC/${aws:PrincipalTag/team}", "is for the user 'orders'")]
    public void The_usual_mistakes_of_a_resource_are_named(string end, string said)
    {
        var pattern = $"arn:aws:rds-db:us-east-1:123456789012:{end}";

        Assert.Equal($"no statement allows rds-db:connect on {Resource}; '{pattern}' {said}",
            Decide(Allow("rds-db:connect", pattern)).Reason);
    }

    [Theory]
    [InlineData("arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-ABC/app", "names the region 'eu-west-1', the database's is 'us-east-1'")]
    [InlineData("arn:aws:rds-db:us-east-1:999999999999:dbuser:db-ABC/app",
        "names the account '999999999999', the database's is '123456789012'")]
    [InlineData("arn:aws-cn:rds-db:us-east-1:123456789012:dbuser:db-ABC/app", "names the partition 'aws-cn', the database's is 'aws'")]
    [InlineData("arn:aws:rds:us-east-1:123456789012:db:orders-prod", "is an ARN of the service 'rds'; a database user's is of 'rds-db'")]
    public void The_wrong_place_is_named(string pattern, string said) =>
        Assert.Equal($"no statement allows rds-db:connect on {Resource}; '{pattern}' {said}",
            Decide(Allow("rds-db:connect", pattern)).Reason);

    [Fact]
    public void A_variable_without_the_version_is_told()
    {
        const string pattern = "arn:aws:rds-db:us-east-1:123456789012:dbuser:*/${aws:username}";
        Assert.EndsWith($"; '{pattern}' is taken literally: only a policy with \"Version\": \"2012-10-17\" has variables",
            Decide(Allow("*", pattern).Replace("2012-10-17", "2008-10-17", StringComparison.Ordinal)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_policy_nobody_gets_in() => Assert.Equal(
        $"no policy names the action rds-db:connect; add a statement that allows rds-db:connect on {Resource}", Decide().Reason);

    [Fact]
    public void The_action_of_the_RDS_API_is_another_one() => Assert.Equal(IamAnswer.No, Decide(Allow("rds:connect", "*")).Allowed);

    [Fact]
    public void A_deny_wins_over_an_allow()
    {
        var decision = Decide(
            Allow("rds-db:connect", "*"),
            """{"Statement":[{"Sid":"NotApp","Effect":"Deny","Action":"rds-db:*","Resource":"arn:aws:rds-db:*:dbuser:*/app"}]}""");
        Assert.Equal((IamAnswer.No, $"statement 'NotApp' of policy 2 denies rds-db:connect on {Resource}"),
            (decision.Allowed, decision.Reason));
    }

    [Fact]
    public void A_deny_for_another_user_does_not_count() => Assert.Equal(IamAnswer.Yes, Decide(
        Allow("rds-db:connect", "*"),
        """{"Statement":{"Effect":"Deny","Action":"rds-db:connect","Resource":"arn:aws:rds-db:*:*:dbuser:*/admin"}}""").Allowed);

    [Fact]
    public void NotAction_and_NotResource_turn_a_match_around()
    {
        Assert.Equal(IamAnswer.Yes, Decide(
            """{"Statement":{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:rds-db:*:*:dbuser:*/admin"}}""").Allowed);
        Assert.Equal(IamAnswer.No, Decide("""{"Statement":{"Effect":"Allow","NotAction":"rds-db:*","Resource":"*"}}""").Allowed);
        Assert.Equal(IamAnswer.No, Decide(
            """{"Statement":{"Effect":"Allow","Action":"rds-db:*","NotResource":"arn:aws:rds-db:*:*:dbuser:*/app"}}""").Allowed);
    }

    [Fact]
    public void A_NotResource_with_a_variable_that_has_no_value_widens_nothing() => Assert.Equal(IamAnswer.No, Decide(
        """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","NotResource":"arn:aws:rds-db:*:*:dbuser:*/${aws:username}"}}""").Allowed);

    [Theory]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":["stock","sales"]}}""",
        "StringEquals aws:PrincipalTag/team 'stock' or 'sales', and the value in the request is 'orders'")]
    [InlineData("""{"StringLike":{"aws:PrincipalOrgID":"o-*"}}""",
        "StringLike aws:PrincipalOrgID 'o-*', and the request has no aws:PrincipalOrgID (the principal is in no organisation)")]
    [InlineData("""{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}""",
        "IpAddress aws:SourceIp '10.0.0.0/8', and the request has no aws:SourceIp (RDS does not support aws:SourceIp for rds-db:connect;"
            + " restrict the network with security groups)")]
    [InlineData("""{"StringEquals":{"s3:prefix":"x"}}""",
        "StringEquals s3:prefix 'x', and the request has no s3:prefix (no request for rds-db:connect carries it)")]
    [InlineData("""{"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}""",
        "Bool aws:SecureTransport 'false', and the value in the request is 'true' and StringEquals aws:RequestedRegion 'eu-west-1', and the"
            + " value in the request is 'us-east-1'")]
    public void A_condition_that_does_not_hold_is_named_with_the_value_seen(string condition, string said) => Assert.Equal(
        $"statement 1 allows rds-db:connect on {Resource} only under a condition that does not hold: {said}",
        Decide($$$"""{"Statement":{"Effect":"Allow","Action":"rds-db:connect","Resource":"*","Condition":{{{condition}}}}}""").Reason);

    [Fact]
    public void A_deny_under_a_condition_that_holds_is_named_with_the_value_seen() => Assert.Equal(
        $"statement 1 of policy 2 denies rds-db:connect on {Resource} under a condition that holds:"
            + " DateGreaterThan aws:CurrentTime '2026-01-01', and the value in the request is '2026-01-31T12:00:00Z'",
        Decide(
            Allow("rds-db:connect", "*"),
            """{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01"}}}}""").Reason);

    [Fact]
    public void The_variable_for_the_users_name_stands_for_the_IAM_user()
    {
        var policy = Allow("rds-db:connect", "arn:aws:rds-db:us-east-1:123456789012:dbuser:*/${aws:username}");
        Assert.Equal(IamAnswer.Yes, DecideFor(new() { Arn = "arn:aws:iam::123456789012:user/team/app" }, policy).Allowed);
        Assert.Equal(IamAnswer.No, DecideFor(new() { Arn = "arn:aws:iam::123456789012:user/other" }, policy).Allowed);
        Assert.Equal(IamAnswer.No, DecideFor(Role, policy).Allowed);
    }

    [Fact]
    public void A_text_that_IAM_would_not_take_is_refused_with_the_first_problem_and_how_many_more() => Assert.Equal(
        "Statement 1, Effect (line 1, column 24): 'allow' is neither Allow nor Deny (the case matters)"
            + " (and 1 more: `rds-iam policy --lint` shows them all)",
        Assert.Throws<FormatException>(() => IamPolicyDocument.Parse("""{"Statement":{"Effect":"allow","Resource":"*"}}""")).Message);

    private static IamDecision Decide(params string[] policies) => DecideFor(Role, policies);

    private static IamDecision DecideFor(IamPrincipal principal, params string[] policies)
    {
        var database = new IamDatabaseUser
        {
            Partition = "aws",
            Region = "us-east-1",
            AccountId = "123456789012",
            ResourceId = "db-ABC",
            User = "app",
            Tags = new Dictionary<string, string>(),
        };
        var request = IamRequest.Create(database, principal, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        return IamDecision.Make([.. policies.Select(IamPolicyDocument.Parse)], request);
    }

    private static string Allow(string action, string resource) =>
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["{{action}}"],"Resource":["{{resource}}"]}]}""";
}
