namespace RdsIamAspire.Emulator.Tests.Policies;

/// <summary>Given these policies, the user <c>app</c> of <c>db-ABC</c> in account 123456789012, us-east-1, may connect or not, for this reason.</summary>
public sealed class PolicyDecisionTests
{
    private const string Resource = "arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/app";
    private const string Role = "arn:aws:sts::123456789012:assumed-role/orders/api";

    [Theory]
    [InlineData("*")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/app")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:*/app")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:*/*")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/a?p")]
    [InlineData("arn:aws:rds-db:*:*:dbuser:db-A*/ap*")]
    [InlineData("arn:aws:rds-db:us-*:123456789012:*")]
    [InlineData("arn:aws:rds-db")]
    public void An_allow_on_a_matching_resource_lets_in(string pattern) => Assert.True(Decide(Allow("rds-db:connect", pattern)).Allowed);

    [Theory]
    [InlineData("rds-db:connect")]
    [InlineData("RDS-DB:Connect")]
    [InlineData("rds-db:*")]
    [InlineData("rds-db:conn?ct")]
    [InlineData("*")]
    public void Actions_are_matched_without_regard_to_case_and_with_wildcards(string action) => Assert.True(Decide(Allow(action, "*")).Allowed);

    [Theory]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-XYZ/app", "names the resource id 'db-XYZ', the database's is 'db-ABC' (db-… an instance, cluster-… an Aurora cluster, prx-… a proxy)")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:cluster-ABC/app", "names the resource id 'cluster-ABC', the database's is 'db-ABC' (db-… an instance, cluster-… an Aurora cluster, prx-… a proxy)")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:orders-prod/app", "names 'orders-prod', which looks like an instance or cluster name; the ARN needs the resource id 'db-ABC'")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/App", "differs in the case of the user name: 'App' and 'app'")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/admin", "is for the user 'admin'")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC", "names no database user after the resource id ('…dbuser:db-ABC/app')")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser/db-ABC/app", "has no ':dbuser:' with a colon before the resource id")]
    [InlineData("arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-ABC/app", "names the region 'eu-west-1', the database's is 'us-east-1'")]
    [InlineData("arn:aws:rds-db:us-east-1:999999999999:dbuser:db-ABC/app", "names the account '999999999999', the database's is '123456789012'")]
    [InlineData("arn:aws-cn:rds-db:us-east-1:123456789012:dbuser:db-ABC/app", "names the partition 'aws-cn', the database's is 'aws'")]
    [InlineData("arn:aws:rds:us-east-1:123456789012:db:orders-prod", "is an ARN of the service 'rds'; a database user's is of 'rds-db'")]
    [InlineData("orders-prod", "is not the ARN of a database user")]
    public void The_usual_mistakes_of_a_resource_are_named(string pattern, string said) =>
        Assert.Equal(new PolicyDecision(false, $"no statement allows rds-db:connect on {Resource}; '{pattern}' {said}"), Decide(Allow("rds-db:connect", pattern)));

    [Fact]
    public void A_wildcard_does_not_cross_the_colons_of_an_ARN() =>
        Assert.False(Decide(Allow("rds-db:connect", "arn:aws:rds-db:us-east-1*:dbuser:db-ABC/app")).Allowed);

    [Fact]
    public void Without_a_policy_nobody_gets_in() =>
        Assert.Equal($"no policy names the action rds-db:connect; add a statement that allows rds-db:connect on {Resource}", PolicyDecision.Make([], Resource, Role).Reason);

    [Fact]
    public void The_action_of_the_RDS_API_is_another_one() => Assert.False(Decide(Allow("rds:connect", "*")).Allowed);

    [Fact]
    public void A_deny_wins_over_an_allow() => Assert.Equal(
        new PolicyDecision(false, $"statement 'NotApp' denies rds-db:connect on {Resource}"),
        Decide(Allow("rds-db:connect", "*"), """{"Statement":[{"Sid":"NotApp","Effect":"Deny","Action":"rds-db:*","Resource":"arn:aws:rds-db:*:*:dbuser:*/app"}]}"""));

    [Fact]
    public void A_deny_for_another_user_does_not_count() =>
        Assert.True(Decide(Allow("rds-db:connect", "*"), """{"Statement":{"Effect":"Deny","Action":"rds-db:connect","Resource":"arn:aws:rds-db:*:*:dbuser:*/admin"}}""").Allowed);

    [Fact]
    public void NotAction_and_NotResource_turn_a_match_around()
    {
        Assert.True(Decide("""{"Statement":{"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:rds-db:*:*:dbuser:*/admin"}}""").Allowed);
        Assert.False(Decide("""{"Statement":{"Effect":"Allow","NotAction":"rds-db:*","Resource":"*"}}""").Allowed);
        Assert.False(Decide("""{"Statement":{"Effect":"Allow","Action":"rds-db:*","NotResource":"arn:aws:rds-db:*:*:dbuser:*/app"}}""").Allowed);
    }

    [Fact]
    public void An_allow_under_a_condition_does_not_count_and_this_is_said()
    {
        var decision = Decide("""{"Statement":{"Effect":"Allow","Action":"rds-db:connect","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}}""");
        Assert.False(decision.Allowed);
        Assert.StartsWith("statement 1 allows rds-db:connect only under a Condition (aws:SourceIp); conditions are not evaluated here", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deny_under_a_condition_counts_and_this_is_said() => Assert.Equal(
        new PolicyDecision(false, "statement 1 denies rds-db:connect under a Condition (aws:MultiFactorAuthPresent); conditions are not evaluated here, a Deny with one counts as a Deny"),
        Decide(Allow("rds-db:connect", "*"), """{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}}"""));

    [Fact]
    public void The_variable_for_the_users_name_stands_for_the_IAM_user()
    {
        const string pattern = "arn:aws:rds-db:us-east-1:123456789012:dbuser:*/${aws:username}";
        Assert.True(PolicyDecision.Make([IamPolicy.Parse(Allow("rds-db:connect", pattern))], Resource, "arn:aws:iam::123456789012:user/team/app").Allowed);
        Assert.False(PolicyDecision.Make([IamPolicy.Parse(Allow("rds-db:connect", pattern))], Resource, "arn:aws:iam::123456789012:user/other").Allowed);
        Assert.False(PolicyDecision.Make([IamPolicy.Parse(Allow("rds-db:connect", pattern))], Resource, Role).Allowed);
    }

    [Theory]
    [InlineData("not json", "The policy is not JSON: line 1, byte 2.")]
    [InlineData("[]", "A policy is a JSON object with Version and Statement.")]
    [InlineData("""{"Version":"2012-10-17"}""", "The policy has no Statement.")]
    [InlineData("""{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}""", "Statement 1 has no Effect 'Allow' or 'Deny' (the case matters).")]
    [InlineData("""{"Statement":{"Effect":"Allow","Resource":"*"}}""", "Statement 1 has no Action.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"*"}}""", "Statement 1 has no Resource.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":[],"Resource":"*"}}""", "Action of statement 1 is not a text or a list of texts.")]
    [InlineData("""{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}""", "Statement 1 has a Principal: that is for resource-based policies; rds-db:connect is granted by identity-based ones, which have none.")]
    public void What_is_no_policy_is_refused_with_a_reason(string json, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => IamPolicy.Parse(json)).Message);

    private static PolicyDecision Decide(params string[] policies) => PolicyDecision.Make(policies.Select(IamPolicy.Parse), Resource, Role);

    private static string Allow(string action, string resource) =>
        $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["{{action}}"],"Resource":["{{resource}}"]}]}""";
}
