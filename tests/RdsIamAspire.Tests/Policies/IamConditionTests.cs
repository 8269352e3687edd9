namespace RdsIamAspire.Tests.Policies;

/// <summary>
/// Each condition, for a login of the role orders (session s, account 123456789012, tags team=orders and level=7, organisation o-abc) to a
/// database in eu-west-1, tagged stage=test, on 2026-01-31 at noon.
/// </summary>
public sealed class IamConditionTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly IamPrincipal Role = new()
    {
        Arn = "arn:aws:sts::123456789012:assumed-role/orders/s",
        Tags = new Dictionary<string, string> { ["team"] = "orders", ["level"] = "7", ["address"] = "203.0.113.77", ["empty"] = "" },
        OrganizationId = "o-abc",
        OrganizationPath = "o-abc/r-1/ou-2/",
        IssuedAt = Noon.AddMinutes(-10),
    };

    [Theory]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"orders"}}""", true)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/TEAM":["stock","orders"]}}""", true)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"Orders"}}""", false)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"ord*"}}""", false)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/none":"orders"}}""", false)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"${aws:PrincipalTag/team}"}}""", true)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"${aws:username}"}}""", false)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"${aws:username, 'orders'}"}}""", true)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/level":7}}""", true)]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalTag/team":["stock","sales"]}}""", true)]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalTag/team":["stock","orders"]}}""", false)]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalTag/none":"orders"}}""", true)]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalTag/team":"${aws:username}"}}""", false)]
    [InlineData("""{"StringEqualsIgnoreCase":{"aws:PrincipalTag/team":"ORDERS"}}""", true)]
    [InlineData("""{"StringNotEqualsIgnoreCase":{"aws:PrincipalTag/team":"ORDERS"}}""", false)]
    [InlineData("""{"StringLike":{"aws:PrincipalTag/team":"or?er*"}}""", true)]
    [InlineData("""{"StringLike":{"aws:PrincipalTag/team":"${*}"}}""", false)]
    [InlineData("""{"StringLike":{"aws:PrincipalTag/empty":"*"}}""", true)]
    [InlineData("""{"StringNotLike":{"aws:PrincipalTag/team":"st*"}}""", true)]
    [InlineData("""{"stringlike":{"AWS:principaltag/team":"o*"}}""", true)]
    public void Texts(string condition, bool holds) => Judge(condition, holds);

    [Theory]
    [InlineData("""{"NumericEquals":{"aws:PrincipalTag/level":"7.0"}}""", true)]
    [InlineData("""{"NumericEquals":{"aws:PrincipalTag/level":[1,7]}}""", true)]
    [InlineData("""{"NumericNotEquals":{"aws:PrincipalTag/level":7}}""", false)]
    [InlineData("""{"NumericLessThan":{"aws:PrincipalTag/level":7}}""", false)]
    [InlineData("""{"NumericLessThanEquals":{"aws:PrincipalTag/level":7}}""", true)]
    [InlineData("""{"NumericGreaterThan":{"aws:PrincipalTag/level":6}}""", true)]
    [InlineData("""{"NumericGreaterThanEquals":{"aws:PrincipalTag/level":8}}""", false)]
    [InlineData("""{"NumericGreaterThan":{"aws:EpochTime":1700000000}}""", true)]
    [InlineData("""{"NumericEquals":{"aws:PrincipalTag/team":7}}""", false)]
    [InlineData("""{"NumericNotEquals":{"aws:PrincipalTag/team":7}}""", true)]
    [InlineData("""{"NumericEquals":{"aws:PrincipalTag/level":"seven"}}""", false)]
    public void Numbers(string condition, bool holds) => Judge(condition, holds);

    [Theory]
    [InlineData("""{"DateEquals":{"aws:CurrentTime":"2026-01-31T12:00:00Z"}}""", true)]
    [InlineData("""{"DateEquals":{"aws:CurrentTime":"2026-01-31T13:00:00.000+01:00"}}""", true)]
    [InlineData("""{"DateNotEquals":{"aws:CurrentTime":"2026-01-31T12:00Z"}}""", false)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"2026-02"}}""", true)]
    [InlineData("""{"DateLessThanEquals":{"aws:CurrentTime":"2026-01-31"}}""", false)]
    [InlineData("""{"DateGreaterThan":{"aws:CurrentTime":"2026"}}""", true)]
    [InlineData("""{"DateGreaterThanEquals":{"aws:EpochTime":"2026-01-31T12:00:00Z"}}""", true)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":1800000000}}""", true)]
    [InlineData("""{"DateGreaterThan":{"aws:TokenIssueTime":"2026-01-31T11:49:59Z"}}""", true)]
    [InlineData("""{"DateGreaterThan":{"aws:TokenIssueTime":"2026-01-31T11:50:00Z"}}""", false)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}""", false)]
    [InlineData("""{"DateLessThan":{"aws:CurrentTime":"99999999999999999999"}}""", false)]
    public void Dates(string condition, bool holds) => Judge(condition, holds);

    [Theory]
    [InlineData("""{"Bool":{"aws:SecureTransport":"true"}}""", true)]
    [InlineData("""{"Bool":{"aws:SecureTransport":true}}""", true)]
    [InlineData("""{"Bool":{"aws:SecureTransport":"False"}}""", false)]
    [InlineData("""{"Bool":{"aws:ViaAWSService":"false","aws:PrincipalIsAWSService":"false"}}""", true)]
    [InlineData("""{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}""", true)]
    [InlineData("""{"Bool":{"aws:MultiFactorAuthPresent":"true"}}""", false)]
    [InlineData("""{"BinaryEquals":{"aws:PrincipalTag/team":"b3JkZXJz"}}""", true)]
    [InlineData("""{"BinaryEquals":{"aws:PrincipalTag/team":"orders!"}}""", false)]
    [InlineData("""{"IpAddress":{"aws:PrincipalTag/address":"203.0.113.0/24"}}""", true)]
    [InlineData("""{"IpAddress":{"aws:PrincipalTag/address":["10.0.0.0/8","203.0.113.5/24"]}}""", true)]
    [InlineData("""{"IpAddress":{"aws:PrincipalTag/address":"203.0.113.77"}}""", true)]
    [InlineData("""{"IpAddress":{"aws:PrincipalTag/address":"2001:db8::/32"}}""", false)]
    [InlineData("""{"IpAddress":{"aws:PrincipalTag/address":"203.0.113.0/33"}}""", false)]
    [InlineData("""{"NotIpAddress":{"aws:PrincipalTag/address":"203.0.113.0/24"}}""", false)]
    [InlineData("""{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}""", true)]
    [InlineData("""{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}""", false)]
    [InlineData("""{"StringEquals":{"aws:SourceVpce":"vpce-1"}}""", false)]
    public void Other_kinds(string condition, bool holds) => Judge(condition, holds);

    [Theory]
    [InlineData("""{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/orders"}}""", true)]
    [InlineData("""{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/o*"}}""", true)]
    [InlineData("""{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/${aws:PrincipalTag/team}"}}""", true)]
    [InlineData("""{"ArnLike":{"aws:PrincipalArn":"arn:aws:*:role/orders"}}""", false)]
    [InlineData("""{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/orders"}}""", false)]
    [InlineData("""{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/stock"}}""", true)]
    [InlineData("""{"ArnLike":{"aws:PrincipalArn":"*"}}""", true)]
    [InlineData("""{"ArnLike":{"aws:PrincipalTag/team":"orders"}}""", false)]
    public void ARNs(string condition, bool holds) => Judge(condition, holds);

    [Theory]
    [InlineData("""{"Null":{"aws:PrincipalTag/team":"false"}}""", true)]
    [InlineData("""{"Null":{"aws:PrincipalTag/none":"true"}}""", true)]
    [InlineData("""{"Null":{"aws:TokenIssueTime":true}}""", false)]
    [InlineData("""{"Null":{"aws:SourceIp":"true","aws:username":"true"}}""", true)]
    [InlineData("""{"StringEqualsIfExists":{"aws:PrincipalTag/none":"x"}}""", true)]
    [InlineData("""{"StringEqualsIfExists":{"aws:PrincipalTag/team":"x"}}""", false)]
    [InlineData("""{"StringNotEqualsIfExists":{"aws:PrincipalTag/none":"x"}}""", true)]
    [InlineData("""{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-abc/r-1/*"}}""", true)]
    [InlineData("""{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-xyz/*"}}""", false)]
    [InlineData("""{"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":["o-xyz/*","o-abc/*"]}}""", true)]
    [InlineData("""{"ForAllValues:StringNotLike":{"aws:PrincipalOrgPaths":"o-abc/*"}}""", false)]
    [InlineData("""{"ForAnyValue:StringNotLike":{"aws:PrincipalOrgPaths":"o-xyz/*"}}""", true)]
    [InlineData("""{"ForAllValues:StringEquals":{"aws:TagKeys":"x"}}""", true)]
    [InlineData("""{"ForAnyValue:StringEquals":{"aws:TagKeys":"x"}}""", false)]
    [InlineData("""{"ForAnyValue:StringNotEquals":{"aws:TagKeys":"x"}}""", false)]
    [InlineData("""{"ForAnyValue:StringEqualsIfExists":{"aws:TagKeys":"x"}}""", true)]
    [InlineData("""{}""", true)]
    [InlineData("""{"StringEquals":{}}""", true)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"orders","aws:PrincipalOrgID":"o-xyz"}}""", false)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"orders"},"Bool":{"aws:SecureTransport":"false"}}""", false)]
    public void Existence_sets_and_several(string condition, bool holds) => Judge(condition, holds);

    [Theory]
    [InlineData("aws:PrincipalAccount", "123456789012")]
    [InlineData("aws:PrincipalType", "AssumedRole")]
    [InlineData("aws:PrincipalOrgID", "o-abc")]
    [InlineData("aws:RequestedRegion", "eu-west-1")]
    [InlineData("aws:ResourceAccount", "123456789012")]
    [InlineData("aws:ResourceTag/stage", "test")]
    public void Keys_that_such_a_request_carries(string key, string value) =>
        Judge($$$"""{"StringEquals":{"{{{key}}}":"{{{value}}}"}}""", true);

    [Theory]
    [InlineData("arn:aws:iam::123456789012:user/team/app", "arn:aws:iam::123456789012:user/team/app", "User", "app", "AIDA[A-Z2-7]{17}")]
    [InlineData("arn:aws-cn:sts::123456789012:assumed-role/r/s", "arn:aws-cn:iam::123456789012:role/r", "AssumedRole", null,
        "AROA[A-Z2-7]{17}:s")]
    [InlineData("arn:aws:sts::123456789012:federated-user/f", "arn:aws:sts::123456789012:federated-user/f", "FederatedUser", null,
        "123456789012:f")]
    [InlineData("arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root", "Account", null, "123456789012")]
    public void What_IAM_knows_of_a_principal_follows_from_its_ARN(string arn, string principalArn, string type, string? name,
        string userId)
    {
        var principal = new IamPrincipal { Arn = arn };

        Assert.Equal((principalArn, type, name, "123456789012"),
            (principal.PrincipalArn, principal.Type, principal.UserName, principal.AccountId));
        Assert.Matches($"^{userId}$", principal.UserId);
    }

    [Fact]
    public void A_roles_path_and_a_unique_id_can_be_given()
    {
        var principal = Role with { RoleArn = "arn:aws:iam::123456789012:role/team/orders", UniqueId = "AROAEXAMPLE:s" };

        Assert.Equal(("arn:aws:iam::123456789012:role/team/orders", "AROAEXAMPLE:s"), (principal.PrincipalArn, principal.UserId));
    }

    [Fact]
    public void Without_the_version_a_variable_is_literal_text() =>
        Judge("""{"StringEquals":{"aws:PrincipalTag/team":"${aws:PrincipalTag/team}"}}""", false, version: "2008-10-17");

    private static void Judge(string condition, bool holds, string version = "2012-10-17")
    {
        var policy = IamPolicyDocument.Parse(
            $$$"""{"Version":"{{{version}}}","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{{condition}}}}}""");
        var database = new IamDatabaseUser
        {
            Partition = "aws",
            Region = "eu-west-1",
            AccountId = "123456789012",
            ResourceId = "db-ABC",
            User = "app",
            Tags = new Dictionary<string, string> { ["stage"] = "test" },
        };
        var decision = IamDecision.Make([policy], IamRequest.Create(database, Role, Noon));

        Assert.True(decision.Allowed == IamAnswers.Of(holds), decision.Reason);
    }
}
