namespace RdsIamAspire.Tests.Policies;

public sealed class IamPatternTests
{
    private const string Arn = "arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/app";

    private static readonly IamRequest Nobody = IamRequest.Create(new IamDatabaseUser(), null, DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("a*b*c", "a--b--c", true)]
    [InlineData("a*b*c", "a--c--b", false)]
    [InlineData("*b", "abab", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("**", "x:y", true)]
    [InlineData("A", "a", false)]
    [InlineData("", "a", false)]
    public void A_star_is_any_run_and_a_question_mark_any_one(string pattern, string text, bool matches) =>
        Assert.Equal(IamAnswers.Of(matches), IamPattern.ForText(pattern).Matches(text));

    [Theory]
    [InlineData("*")]
    [InlineData(Arn)]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:*/*")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:*/a?p")]
    [InlineData("arn:aws:rds-db:*:*:dbuser:db-A*/ap*")]
    [InlineData("arn:aws:rds-db:us-*:123456789012:*")]
    [InlineData("arn:aws:rds-db:*:dbuser:db-ABC/app")]
    [InlineData("arn:aws:rds-db:us-*:dbuser:db-ABC/app")]
    [InlineData("arn:aws:rds-db:us-east-1*:dbuser:db-ABC/app")]
    [InlineData("arn:aws:rds-db:us-east-1:*")]
    [InlineData("arn:aws:rds-db:u?-east-?:123456789012:dbuser:db-ABC/app")]
    [InlineData("arn:aws:rds-db")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012")]
    public void A_resource_is_matched_and_a_star_at_the_end_of_a_field_reaches_beyond_the_colon(string pattern) =>
        Assert.Equal(IamAnswer.Yes, IamPattern.ForResource(pattern, true, Nobody).Matches(Arn));

    [Theory]
    [InlineData("arn:aws:rds-db:us-*1:dbuser:db-ABC/app")]
    [InlineData("arn:aws:rds-db:us-east-1?123456789012:dbuser:db-ABC/app")]
    [InlineData("arn:aws:rds-db:us-east-1:*2:db-ABC/app")]
    [InlineData("arn:aws:rds-db:eu-*:dbuser:db-ABC/app")]
    [InlineData("arn:aws:rds-db:*:dbuser:db-ABC/App")]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/app ")]
    [InlineData("arn:aws:RDS-DB:us-east-1:123456789012:dbuser:db-ABC/app")]
    public void A_star_within_a_field_stays_in_it(string pattern) =>
        Assert.Equal(IamAnswer.No, IamPattern.ForResource(pattern, true, Nobody).Matches(Arn));

    [Fact]
    public void In_the_name_of_a_user_a_colon_is_a_character_like_any_other()
    {
        const string arn = "arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/a:b";
        Assert.Equal(IamAnswer.Yes,
            IamPattern.ForResource("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/a?b", true, Nobody).Matches(arn));
        Assert.Equal(IamAnswer.Yes, IamPattern.ForResource("arn:aws:rds-db:us-east-1:123456789012:dbuser:*b", true, Nobody).Matches(arn));
    }

    [Fact]
    public void A_hostile_pattern_is_decided_too() => Assert.Equal(
        IamAnswer.No, IamPattern.ForText(string.Concat(Enumerable.Repeat("*a", 2_000)) + "b").Matches(new string('a', 4_000)));

    [Theory]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:*/app", IamAnswer.Yes)]
    [InlineData("arn:aws:rds-db:us-*:*:dbuser:*/app", IamAnswer.Yes)]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/app", IamAnswer.Maybe)]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-*/app", IamAnswer.Maybe)]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:?/app", IamAnswer.Maybe)]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/other", IamAnswer.No)]
    [InlineData("arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABC/${aws:username}", IamAnswer.Maybe)]
    [InlineData("arn:aws:rds-db:us-east-1:999999999999:dbuser:*/app", IamAnswer.No)]
    internal void Of_a_login_that_is_known_in_part_the_answer_may_be_open(string pattern, IamAnswer expected)
    {
        var login = new IamDatabaseUser { Partition = "aws", Region = "us-east-1", AccountId = "123456789012", User = "app" };
        var request = IamRequest.Create(login, null, DateTimeOffset.UnixEpoch);

        Assert.Equal(expected, IamPattern.ForResource(pattern, true, request).Matches(request.Resource));
    }

    [Theory]
    [InlineData("${aws:username}", "app", true)]
    [InlineData("${AWS:UserName}", "app", true)]
    [InlineData("x${aws:username}y", "xappy", true)]
    [InlineData("${aws:username, 'other'}", "app", true)]
    [InlineData("${aws:PrincipalOrgID, 'none'}", "none", true)]
    [InlineData("${aws:PrincipalOrgID,'no}ne'}", "no}ne", true)]
    [InlineData("${aws:PrincipalTag/stars}", "a*b", true)]
    [InlineData("${aws:PrincipalTag/stars}", "axb", false)]
    [InlineData("${*}${?}${$}", "*?$", true)]
    [InlineData("${*}", "x", false)]
    [InlineData("*${aws:username}", "xapp", true)]
    public void A_variable_is_what_the_request_has_and_never_a_wildcard(string pattern, string text, bool matches)
    {
        var principal = new IamPrincipal
        {
            Arn = "arn:aws:iam::123456789012:user/team/app",
            Tags = new Dictionary<string, string> { ["stars"] = "a*b" },
        };
        var request = IamRequest.Create(new IamDatabaseUser(), principal, DateTimeOffset.UnixEpoch);

        Assert.Equal(IamAnswers.Of(matches), IamPattern.ForText(pattern, request).Matches(text));
    }

    [Fact]
    public void A_variable_without_a_value_matches_nothing()
    {
        var role = new IamPrincipal { Arn = "arn:aws:sts::123456789012:assumed-role/r/s" };
        var pattern = IamPattern.ForText("*${aws:username}*", IamRequest.Create(new IamDatabaseUser(), role, DateTimeOffset.UnixEpoch));

        Assert.Equal("aws:username", pattern.Unresolved);
        Assert.Equal(IamAnswer.No, pattern.Matches("${aws:username}"));
    }
}
