using System.Globalization;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Doctor;

/// <summary>What is known when RDS said 1045, which it says for every reason.</summary>
internal sealed record DeniedLogin
{
    public required DatabaseTarget Target { get; init; }

    public required RdsAuthToken Token { get; init; }

    /// <summary>Whether the server asked for the token: then the user exists, in this case, and logs in with IAM.</summary>
    public required bool TokenWasAskedFor { get; init; }

    /// <summary>This machine's clock minus AWS's; null when AWS could not be asked.</summary>
    public TimeSpan? ClockSkew { get; init; }

    /// <summary>What a policy given with --policy has of errors; null when none was given.</summary>
    public IReadOnlyList<RdsPolicyFinding>? PolicyFindings { get; init; }

    /// <summary>Whether the server's certificate is the local emulator's.</summary>
    public bool IsEmulator { get; init; }

    /// <summary>The region of the emulator that this shell's variables come from; null when they come from none.</summary>
    public string? EmulatorRegion { get; init; }

    public required DateTimeOffset Now { get; init; }
}

/// <summary>Turns a refused login into one cause, by what can be proven without RDS's log. Pure.</summary>
internal static class Checklist
{
    /// <summary>Tokens are good for 15 minutes; a clock that is off by more than this makes them old or future ones.</summary>
    private static readonly TimeSpan TolerableSkew = TimeSpan.FromMinutes(5);

    /// <summary>The findings and, where one of them is proven to be wrong, its cause; else what is left to look at.</summary>
    public static Diagnosis Judge(DeniedLogin login)
    {
        var findings = new List<Finding>();
        (Cause Cause, string Problem, string Remedy)? proven = null;

        User(login, findings, ref proven);
        SignFor(login, findings, ref proven);
        Region(login, findings, ref proven);
        Credentials(login, findings, ref proven);
        Clock(login, findings, ref proven);
        Policy(login, findings, ref proven);

        if (proven is { } known)
            return new Diagnosis { Findings = findings, Cause = known.Cause, Problem = known.Problem, Remedies = [known.Remedy] };
        return Unproven(login, findings);
    }

    // What could not be looked at stands first: it may be the cause as well as the policy.
    private static Diagnosis Unproven(DeniedLogin login, List<Finding> findings)
    {
        var open = findings.Where(finding => finding.State == FindingState.Open).ToList();
        var notSeen = open.Count == 0 ? ""
            : $" Not checked: {string.Join("; ", open.Select(finding => $"{finding.Step} ({finding.Detail})"))}.";
        if (login.IsEmulator)
        {
            return new Diagnosis
            {
                Findings = findings,
                Cause = Cause.AccessDenied,
                Problem = $"The local emulator refused the token, and it knows why.{notSeen}",
                Remedies =
                [
                    "read its own line: on stderr of 'rds-iam local', in the resource's log on the Aspire dashboard, in the test's output",
                    $"{login.Token.AccessKeyId} may be of an earlier run: each start makes new credentials; take its variables anew",
                    "each reason has a section in docs/access-denied.md",
                ],
            };
        }

        var region = login.Token.Region;
        var partition = AwsPartition.FromRegion(region);
        return new Diagnosis
        {
            Findings = findings,
            Cause = Cause.AccessDenied,
            Problem = $"RDS refused the token, and nothing that can be seen from here is wrong.{notSeen}"
                + $" What is left is what {login.Token.AccessKeyId}'s identity may do.",
            Remedies =
            [
                .. open.Exists(finding => finding.Step == "clock")
                    ? ["compare this machine's clock with the time: a token is good for 15 minutes only"] : (string[])[],
                $"see who signs: aws sts get-caller-identity. Its policies (and boundaries) must allow {RdsDbConnectPolicy.Action} on"
                    + $" arn:{partition}:rds-db:{region}:ACCOUNT:dbuser:RESOURCE-ID/{login.Token.User}",
                "RESOURCE-ID is the DbiResourceId (db-…), for Aurora the DbClusterResourceId (cluster-…), for RDS Proxy prx-…; never the"
                    + " instance's name",
                $"have a policy judged: rds-iam policy --lint FILE --user {login.Token.User} --region {region}",
                "read RDS's own reason: turn on the iam-db-auth-error log export and look at it in CloudWatch",
            ],
        };
    }

    /// <summary>What to do about a user who does not log in with IAM.</summary>
    public static string NotIamRemedy(string user) =>
        $"have the output of 'rds-iam grants --user {user} --database DB' run as the master user; the case matters";

    private static void User(DeniedLogin login, List<Finding> findings, ref (Cause, string, string)? proven)
    {
        if (login.TokenWasAskedFor)
        {
            findings.Add(new Finding("user", FindingState.Ok,
                $"the server asked for a token: '{login.Token.User}' exists, in this case, and is created with AWSAuthenticationPlugin"));
        }
        else
        {
            findings.Add(new Finding("user", FindingState.Failed, $"the server refused '{login.Token.User}' before it asked for a token"));
            proven ??= (Cause.UserNotIam,
                $"The server refused '{login.Token.User}' without asking for a token: there is no such user in this case from this host, or"
                    + " it is not created with AWSAuthenticationPlugin.",
                NotIamRemedy(login.Token.User));
        }
    }

    private static void SignFor(DeniedLogin login, List<Finding> findings, ref (Cause, string, string)? proven)
    {
        var (dialled, signFor) = (login.Target.Dialled, login.Target.SignFor);
        var port = login.Token.Port.ToString(CultureInfo.InvariantCulture);
        var signed = $"the token is signed for {login.Token.Host}:{port}{(signFor == dialled ? "" : $", dialled is {dialled}")}";
        if (signFor.IsRds || login.IsEmulator || IsMadeUp(login.Token))
        {
            findings.Add(new Finding("sign-for", FindingState.Ok, signed));
            return;
        }

        findings.Add(new Finding("sign-for", FindingState.Failed, $"{signed}, which is no RDS host name"));
        proven ??= (Cause.WrongSignFor,
            $"The token is signed for '{signFor.Host}', and RDS accepts only its endpoint's own name and port, never a tunnel's or a"
                + " CNAME's.",
            "give the endpoint's own name: --sign-for mydb.abcdefghijkl.REGION.rds.amazonaws.com:3306");
    }

    private static void Region(DeniedLogin login, List<Finding> findings, ref (Cause, string, string)? proven)
    {
        if ((login.Target.SignFor.Region ?? (login.IsEmulator ? login.EmulatorRegion : null)) is { } region && region != login.Token.Region)
        {
            findings.Add(new Finding("region", FindingState.Failed, $"signed for '{login.Token.Region}', the host is in '{region}'"));
            proven ??= (Cause.WrongRegion, $"The token is signed for region '{login.Token.Region}', and the database is in '{region}'.",
                $"leave --region out, or give --region {region}");
        }
        else
        {
            findings.Add(new Finding("region", FindingState.Ok, $"signed for '{login.Token.Region}'"));
        }
    }

    private static void Credentials(DeniedLogin login, List<Finding> findings, ref (Cause, string, string)? proven)
    {
        var left = login.Token.ExpiresAt - login.Now;
        var temporary = login.Token.AccessKeyId.StartsWith("ASIA", StringComparison.Ordinal);
        if (temporary && !login.Token.HasSessionToken && (!IsMadeUp(login.Token) || login.IsEmulator))
        {
            findings.Add(new Finding("credentials", FindingState.Failed,
                $"{login.Token.AccessKeyId} is a temporary key, and no session token goes with it"));
            proven ??= (Cause.CredentialsIncomplete,
                $"{login.Token.AccessKeyId} is a temporary key (ASIA…), which is worth nothing without its session token.",
                "set all three of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN from the same credentials");
        }
        else if (login.IsEmulator && !IsMadeUp(login.Token))
        {
            findings.Add(new Finding("credentials", FindingState.Failed,
                $"{login.Token.AccessKeyId} is none of the local emulator's keys"));
            proven ??= (Cause.UnknownAccessKey,
                $"The server is a local emulator, which knows only keys of its own; {login.Token.AccessKeyId} is another.",
                "use the variables that 'rds-iam local' (or the AppHost) gives, without --profile and AWS_PROFILE");
        }
        else if (IsMadeUp(login.Token) && login.Target.SignFor.IsRds && !login.IsEmulator)
        {
            findings.Add(new Finding("credentials", FindingState.Failed, $"{login.Token.AccessKeyId} is a key of the local emulator"));
            proven ??= (Cause.EmulatorCredentials,
                $"{login.Token.AccessKeyId} was made up by 'rds-iam local' for a local server; AWS does not know it.",
                "use a shell without its exports, or name a profile: --profile NAME");
        }
        else if (left < RdsAuthToken.Lifetime - TimeSpan.FromMinutes(1))
        {
            findings.Add(new Finding("credentials", FindingState.Open,
                $"{login.Token.AccessKeyId} ends in {TokenReport.Span(left)}; the tokens that it signs end with it"));
        }
        else
        {
            findings.Add(new Finding("credentials", FindingState.Ok,
                $"{login.Token.AccessKeyId}, {(login.Token.HasSessionToken ? "temporary" : "long-term")}; the token is good for"
                    + $" {TokenReport.Span(left)}"));
        }
    }

    private static void Clock(DeniedLogin login, List<Finding> findings, ref (Cause, string, string)? proven)
    {
        switch (login.ClockSkew)
        {
            case null:
                findings.Add(new Finding("clock", FindingState.Open, "not compared with AWS's, which could not be asked from here"));
                break;
            case { } skew when skew.Duration() > TolerableSkew:
                var how = $"{TokenReport.Span(skew.Duration())} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} AWS's";
                findings.Add(new Finding("clock", FindingState.Failed, how));
                proven ??= (Cause.ClockSkew, $"This machine's clock is {how}, so its tokens are too old or from the future.",
                    "set the clock (turn on NTP), then try again");
                break;
            case { } skew:
                findings.Add(new Finding("clock", FindingState.Ok, $"{TokenReport.Span(skew.Duration())} off AWS's"));
                break;
        }
    }

    private static void Policy(DeniedLogin login, List<Finding> findings, ref (Cause, string, string)? proven)
    {
        if (login.PolicyFindings is not { } policy)
        {
            findings.Add(new Finding("policy", FindingState.Open, "not given; with --policy FILE it is judged too"));
            return;
        }

        var errors = policy.Where(finding => finding.Severity == RdsPolicySeverity.Error).ToList();
        if (errors.Count == 0)
        {
            findings.Add(new Finding("policy", FindingState.Ok,
                "the policy given allows the login, if it is attached to who signs and names this database"));
            return;
        }

        foreach (var error in errors)
            findings.Add(new Finding("policy", FindingState.Failed, $"{error.Place}: {error.Message}"));
        proven ??= (Cause.PolicyDenies, $"The policy does not allow the login: {errors[0].Place}: {errors[0].Message}",
            "correct the policy, then try again");
    }

    // What the emulator's keys begin with.
    private static bool IsMadeUp(RdsAuthToken token) =>
        token.AccessKeyId.StartsWith("ASIALOCAL", StringComparison.Ordinal)
            || token.AccessKeyId.StartsWith("AKIALOCAL", StringComparison.Ordinal);
}
