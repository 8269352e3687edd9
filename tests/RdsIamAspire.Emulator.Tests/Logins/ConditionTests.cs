namespace RdsIamAspire.Emulator.Tests.Logins;

/// <summary>
/// What is said of a principal and a database in the emulator's options is what conditions and variables of its policies see.
/// </summary>
public sealed class ConditionTests
{
    private static readonly EmulatorPrincipal Role = EmulatorPrincipal.CreateDefault() with
    {
        Arn = "arn:aws:sts::123456789012:assumed-role/orders/api",
        RoleArn = "arn:aws:iam::123456789012:role/team/orders",
        Tags = new Dictionary<string, string> { ["team"] = "orders", ["db-user"] = "app" },
        OrganizationId = "o-abc",
        OrganizationPath = "o-abc/r-1/ou-2/",
        UniqueId = "AROAEXAMPLE:api",
        IssuedAt = Clock.Start.AddHours(-1),
    };

    [Theory]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"orders"}}""")]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":"o-abc"},"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-abc/r-1/*"}}""")]
    [InlineData("""{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/team/*"}}""")]
    [InlineData(
        """{"StringEquals":{"aws:userid":"AROAEXAMPLE:api","aws:PrincipalType":"AssumedRole","aws:PrincipalAccount":"123456789012"}}""")]
    [InlineData("""{"DateLessThanEquals":{"aws:TokenIssueTime":"2026-01-31T11:00:00Z"}}""")]
    [InlineData("""{"DateEquals":{"aws:CurrentTime":"2026-01-31T12:00:00Z","aws:EpochTime":"2026-01-31T12:00:00Z"}}""")]
    [InlineData("""{"StringEquals":{"aws:RequestedRegion":"us-east-1","aws:ResourceTag/stage":"test"}}""")]
    [InlineData("""{"Bool":{"aws:SecureTransport":"true"}}""")]
    public void A_condition_that_holds_lets_in(string condition) => Assert.True(Login(Role, condition).Allowed);

    [Theory]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"stock"}}""",
        "StringEquals aws:PrincipalTag/team 'stock', and the value in the request is 'orders'")]
    [InlineData("""{"Null":{"aws:TokenIssueTime":"true"}}""",
        "Null aws:TokenIssueTime 'true', and the value in the request is '2026-01-31T11:00:00Z'")]
    [InlineData("""{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}""",
        "IpAddress aws:SourceIp '192.0.2.0/24', and the request has no aws:SourceIp (RDS does not support aws:SourceIp for rds-db:connect;"
            + " restrict the network with security groups)")]
    public void A_condition_that_does_not_hold_is_named_with_the_value_seen(string condition, string said)
    {
        var attempt = Login(Role, condition);

        Assert.Equal(LoginDenial.NotAuthorized, attempt.Denial);
        Assert.Equal(
            $"{Role.Arn} may not connect: statement 1 allows rds-db:connect on"
                + " arn:aws:rds-db:us-east-1:123456789012:dbuser:db-LOCALRDSIAMEMULATOR000000/app"
                + $" only under a condition that does not hold: {said}.",
            attempt.Explanation);
    }

    [Fact]
    public void A_long_term_key_has_no_token_issue_time_and_its_user_has_a_name()
    {
        var user = EmulatorPrincipal.Create("arn:aws:iam::123456789012:user/app", "{}");

        Assert.True(Login(user, """{"Null":{"aws:TokenIssueTime":"true"},"StringEquals":{"aws:username":"app"}}""").Allowed);
    }

    [Fact]
    public void Without_more_said_temporary_credentials_are_issued_when_the_emulator_starts() => Assert.True(
        Login(Role with { IssuedAt = null }, """{"DateEquals":{"aws:TokenIssueTime":"2026-01-31T12:00:00Z"}}""").Allowed);

    [Fact]
    public void A_tag_names_the_database_user_in_the_resource() => Assert.True(
        Login(Role, "{}", "arn:aws:rds-db:*:123456789012:dbuser:*/${aws:PrincipalTag/db-user}").Allowed);

    private static LoginAttempt Login(EmulatorPrincipal principal, string condition, string resource = "*")
    {
        var policy = $$$"""
            {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"rds-db:connect","Resource":"{{{resource}}}","Condition":{{{condition}}}}}
            """;
        var signer = principal with { Policies = [policy] };
        var desk = new JudgesDesk(
            "us-east-1", new("127.0.0.1", 3306), Clock.Start, signer, options => options.ResourceTags["stage"] = "test");
        return desk.Judge(new TestSigner(signer).Sign(), "app");
    }
}
