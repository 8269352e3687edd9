using RdsIamAspire.Cli.Doctor;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Tests;

/// <summary>What the doctor makes of a 1045 of RDS, by what it knows.</summary>
public sealed class ChecklistTests
{
    private static readonly DateTimeOffset Issued = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_server_that_did_not_ask_for_a_token_has_no_such_IAM_user() =>
        Assert.Equal(Cause.UserNotIam, Checklist.Judge(Denied() with { TokenWasAskedFor = false }).Cause);

    [Fact]
    public void A_tunnels_name_in_the_token_is_the_cause()
    {
        var diagnosis = Checklist.Judge(Denied("localhost:3307", "localhost:3307"));
        Assert.Equal(Cause.WrongSignFor, diagnosis.Cause);
        Assert.Equal("The token is signed for 'localhost', and RDS accepts only its endpoint's own name and port, never a tunnel's or a"
            + " CNAME's.", diagnosis.Problem);
    }

    [Fact]
    public void Another_region_than_the_hosts_is_the_cause()
    {
        var diagnosis = Checklist.Judge(Denied(region: "us-east-1"));
        Assert.Equal((Cause.WrongRegion, "leave --region out, or give --region eu-west-1"), (diagnosis.Cause, diagnosis.Remedies[0]));
    }

    [Fact]
    public void The_emulators_credentials_at_a_real_endpoint_are_the_cause() =>
        Assert.Equal(Cause.EmulatorCredentials, Checklist.Judge(Denied(key: "ASIALOCALABCDEFGHIJK")).Cause);

    [Fact]
    public void A_temporary_key_without_its_session_token_is_the_cause()
    {
        var diagnosis = Checklist.Judge(Denied(key: "ASIAIOSFODNN7EXAMPLE"));
        Assert.Equal(Cause.CredentialsIncomplete, diagnosis.Cause);
        Assert.Contains("AWS_SESSION_TOKEN", diagnosis.Remedies[0]);
    }

    [Fact]
    public void Foreign_credentials_at_the_local_emulator_are_the_cause()
    {
        var diagnosis = Checklist.Judge(Denied("127.0.0.1:32001") with { IsEmulator = true });
        Assert.Equal(Cause.UnknownAccessKey, diagnosis.Cause);
        Assert.Contains("AKIAIOSFODNN7EXAMPLE", diagnosis.Problem);
    }

    [Fact]
    public void Another_region_than_the_emulators_of_this_shell_is_the_cause() => Assert.Equal(
        Cause.WrongRegion,
        Checklist.Judge(Denied("127.0.0.1:32001", key: "AKIALOCALABCDEFGHIJK") with
        {
            IsEmulator = true,
            EmulatorRegion = "us-east-1"
        }).Cause);

    [Fact]
    public void What_could_not_be_looked_at_stands_first()
    {
        var diagnosis = Checklist.Judge(Denied() with { ClockSkew = null });
        Assert.Contains("Not checked: clock (", diagnosis.Problem);
        Assert.StartsWith("compare this machine's clock", diagnosis.Remedies[0]);
    }

    [Theory]
    [InlineData(20, "20 minutes ahead of AWS's")]
    [InlineData(-6, "6 minutes behind AWS's")]
    public void A_clock_that_is_far_off_is_the_cause(int minutes, string how)
    {
        var diagnosis = Checklist.Judge(Denied() with { ClockSkew = TimeSpan.FromMinutes(minutes) });
        Assert.Equal(Cause.ClockSkew, diagnosis.Cause);
        Assert.Contains(how, diagnosis.Problem);
    }

    [Fact]
    public void A_clock_that_is_a_little_off_is_in_order() =>
        Assert.Contains(Checklist.Judge(Denied() with { ClockSkew = TimeSpan.FromSeconds(40) }).Findings,
            f => f is { Step: "clock", State: FindingState.Ok });

    [Fact]
    public void With_nothing_proven_the_policy_is_left_with_the_resource_to_allow()
    {
        var diagnosis = Checklist.Judge(Denied());
        Assert.Equal(Cause.AccessDenied, diagnosis.Cause);
        Assert.Contains("arn:aws:rds-db:eu-west-1:ACCOUNT:dbuser:RESOURCE-ID/orders_app", diagnosis.Remedies[0]);
    }

    private static DeniedLogin Denied(
        string dialled = "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", string? signFor = null, string region = "eu-west-1", string key = "AKIAIOSFODNN7EXAMPLE")
    {
        var endpoint = RdsEndpoint.Parse(signFor ?? dialled);
        return new DeniedLogin
        {
            Target = new DatabaseTarget(RdsEndpoint.Parse(dialled), endpoint, "orders_app", region),
            Token = RdsAuthToken.Parse($"{endpoint}/?Action=connect&DBUser=orders_app&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={key}%2F20261123%2F{region}%2Frds-db%2Faws4_request"
                + $"&X-Amz-Date=20261123T100000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature={new string('0', 64)}"),
            TokenWasAskedFor = true,
            ClockSkew = TimeSpan.Zero,
            Now = Issued,
        };
    }
}
