using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Local;

namespace RdsIamAspire.Hosting.Tests.Local;

/// <summary>What an AppHost's author reads of a denial: what an AppHost can do about it, and no API that it has not got.</summary>
public sealed class LoginLogTests
{
    public static TheoryData<LoginDenial> Denials => [.. Enum.GetValues<LoginDenial>()];

    [Theory]
    [MemberData(nameof(Denials))]
    public void No_explanation_names_the_emulators_API(LoginDenial denial)
    {
        var explanation = LoginLog.ExplanationOf(Attempt(denial));

        Assert.DoesNotContain("AddEndpoint", explanation, StringComparison.Ordinal);
        Assert.DoesNotContain("GetAwsEnvironment", explanation, StringComparison.Ordinal);
        Assert.DoesNotContain("Faults.", explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_access_key_leads_to_WithReference()
    {
        var explanation = LoginLog.ExplanationOf(Attempt(LoginDenial.UnknownAccessKey));

        Assert.Contains("AKIAEXAMPLE", explanation, StringComparison.Ordinal);
        Assert.Contains("WithReference", explanation, StringComparison.Ordinal);
        Assert.Contains("AWS_PROFILE", explanation, StringComparison.Ordinal);
    }

    private static LoginAttempt Attempt(LoginDenial denial) => new()
    {
        User = "orders_app",
        ClientHost = "127.0.0.1",
        Time = DateTimeOffset.UnixEpoch,
        Denial = denial,
        AccessKeyId = "AKIAEXAMPLE",
        // As LoginJudge words them.
        Explanation = denial switch
        {
            LoginDenial.WrongHost => "Sign for one of those (RDS takes no CNAME, tunnel or IP address), or tell the emulator with "
                + "AddEndpoint.",
            LoginDenial.UnknownAccessKey => "give it those of RdsIamEmulator.GetAwsEnvironment() (AWS_ACCESS_KEY_ID, …).",
            LoginDenial.DeniedByFault => "The fault DenyConnect is on. Call Faults.Reset() to end it.",
            LoginDenial.Throttled => "Faults.MaxLoginsPerSecond sets the limit here.",
            _ => "What is wrong.",
        },
    };
}
