using RdsIamAspire.TestSupport.Aws;

namespace RdsIamAspire.Tests.Credentials;

/// <summary>What a source that fails says: one sentence with its own reason, and what to type; within seconds.</summary>
public sealed class CredentialFailureTests
{
    private const string Role = "arn:aws:iam::123456789012:role/orders";

    private static readonly Dictionary<string, Action<CredentialScene>> Scenes = new()
    {
        ["nothing set"] = s => s.Environment["AWS_EC2_METADATA_DISABLED"] = "true",
        ["half a key"] = s => { s.Environment["AWS_EC2_METADATA_DISABLED"] = "true"; s.Environment["AWS_ACCESS_KEY_ID"] = "AKIAHALF"; },
        ["AWS_PROFILE of no profile"] = s => s.Environment["AWS_PROFILE"] = "typo",
        ["setting Profile of no profile"] = s => s.Environment["PROBE_PROFILE"] = "typo",
        ["setting Profile without credentials"] = s =>
            { s.Config("[profile bare]\nregion = eu-west-1"); s.Environment["PROBE_PROFILE"] = "bare"; },
        ["container endpoint elsewhere"] = s => s.Environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/x",
        ["SSO expired"] = s => s.Sso(session: true, TimeSpan.FromHours(-1)),
        ["SSO never"] = s => s.Sso(session: true, null),
        ["SSO legacy expired"] = s => s.Sso(session: false, TimeSpan.FromHours(-1)),
        ["SSO legacy never"] = s => s.Sso(session: false, null),
        ["MFA"] = s => s.Config($"[default]\nrole_arn = {Role}\nmfa_serial = arn:aws:iam::123456789012:mfa/me\nsource_profile = "
            + $"base\n[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = made-up"),
        ["source_profile missing"] = s => s.Config($"[default]\nrole_arn = {Role}\nsource_profile = base"),
        ["source_profile loop"] = s => s.Config($"[default]\nrole_arn = {Role}\nsource_profile = other\n[profile other]\nrole_arn = "
            + $"{Role}2\nsource_profile = default"),
        ["credential_source wrong"] = s => s.Config($"[default]\nrole_arn = {Role}\ncredential_source = Moon"),
        ["credential_process fails"] = s => s.Config("[default]\ncredential_process = /bin/false"),
        ["credential_process missing"] = s => s.Config("[default]\ncredential_process = /no/such/command"),
        ["credential_process expired"] = s => s.Config($"[default]\ncredential_process = /bin/cat "
            + $"{s.File("keys.json", CredentialSourceTests.ProcessKeys(TimeSpan.FromHours(-1)))}"),
        ["web identity, no file"] = s => { s.WebIdentity(); s.Environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/no/such/token"; },
        ["Pod Identity, no file"] = s =>
        {
            s.Container(podIdentity: true);
            s.Environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/no/such/token";
        },
        ["aws login"] = s => { s.Config("[default]\nlogin_session = arn:aws:iam::123456789012:user/me\nregion = eu-west-1"); },
    };

    [Theory]
    [InlineData("nothing set", "CredentialsNotFound", "There are no AWS credentials: no AWS_ACCESS_KEY_ID in the environment, no "
        + "profile 'default' with credentials, no container role, and instance metadata gave none")]
    [InlineData("half a key", "CredentialsNotFound", "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY")]
    [InlineData("AWS_PROFILE of no profile", "CredentialsNotFound", "There is no AWS profile 'typo', which AWS_PROFILE=typo asks for")]
    [InlineData("setting Profile of no profile", "CredentialsNotFound", "There is no AWS profile 'typo', which the setting "
        + "Profile=typo asks for")]
    [InlineData("setting Profile without credentials", "CredentialsNotFound", "The AWS profile 'bare' says nothing of credentials")]
    [InlineData("SSO expired", "CredentialsExpired", "of the profile 'dev' (SSO session 'corp') could not be had: the session has "
        + "expired. Type: aws sso login --profile dev")]
    [InlineData("SSO never", "CredentialsExpired", "of the profile 'dev' (SSO session 'corp') could not be had: nobody has logged in. "
        + "Type: aws sso login --profile dev")]
    [InlineData("SSO legacy expired", "CredentialsExpired", "(SSO at https://corp.awsapps.com/start) could not be had: the session has "
        + "expired. Type: aws sso login --profile dev")]
    [InlineData("SSO legacy never", "CredentialsExpired", "(SSO at https://corp.awsapps.com/start) could not be had: nobody has logged "
        + "in. Type: aws sso login --profile dev")]
    [InlineData("MFA", "CredentialsUnavailable", "cannot be used: it asks for an MFA code (arn:aws:iam::123456789012:mfa/me), which "
        + "nobody types in for a service. Instead use credential_process")]
    [InlineData("source_profile missing", "CredentialsUnavailable", "The AWS profile 'default' cannot be used: its source_profile "
        + "'base' is not there. Correct it in")]
    [InlineData("source_profile loop", "CredentialsUnavailable", "its source_profile comes back to itself (default → other → default)")]
    [InlineData("credential_source wrong", "CredentialsUnavailable", "its credential_source 'Moon' is none of Environment, "
        + "Ec2InstanceMetadata, EcsContainer")]
    [InlineData("credential_process fails", "CredentialsUnavailable", "Run the command of credential_process by hand and see what it "
        + "says.")]
    [InlineData("credential_process missing", "CredentialsUnavailable", "/no/such/command: not found. Run the command of "
        + "credential_process by hand")]
    [InlineData("credential_process expired", "CredentialsExpired", "the keys that came are expired already")]
    [InlineData("web identity, no file", "CredentialsUnavailable", "'/no/such/token'. Check the service account of the pod and its "
        + "projected token.")]
    [InlineData("Pod Identity, no file", "CredentialsUnavailable", "'/no/such/token'. Check the pod identity association of the "
        + "service account and its token file.")]
    [InlineData("container endpoint elsewhere", "CredentialsUnavailable", "AWS_CONTAINER_CREDENTIALS_FULL_URI is "
        + "'http://example.com/x', which is neither https nor an address of this machine")]
    [InlineData("aws login", "CredentialsUnavailable", "Add the package AWSSDK.Signin to the service: dotnet add package AWSSDK.Signin")]
    public async Task A_wrong_set_up_is_named(string scene, string failure, string says)
    {
        using var machine = new CredentialScene();
        Scenes[scene](machine);

        var result = await machine.AskAsync();

        Assert.Contains(says, result.Message, StringComparison.Ordinal);
        Assert.Equal(failure, result.Failure);
    }

    /// <summary>
    /// What each source says when AWS answers 401, 403, 500, 429, refuses the connection, never answers, or gives keys that are over.
    /// </summary>
    public static TheoryData<string, string[]> Outages => new()
    {
        {
            "source_profile",
            [
                "Deny: CredentialsUnavailable: not authorized to perform: sts:AssumeRole. Let the role's trust policy and the caller's "
                    + "own policy allow sts:AssumeRole.",
                "ServerError: CredentialsUnavailable: 500 InternalFailure: the fake fails. It is tried again",
                "Throttle: CredentialsUnavailable: too many requests (Throttling: Rate exceeded). It is tried again",
                "Refused: CredentialsUnavailable: the connection was refused. Check the network to AWS",
                "Hang: CredentialsTimedOut: no answer within 3 s (CredentialsTimeout). Check the network to AWS",
                "Expired: CredentialsExpired: the keys that came are expired already",
            ]
        },
        {
            "web identity, environment",
            [
                "Deny: CredentialsUnavailable: AccessDenied: User: arn:aws:iam::123456789012:user/x is not authorized to perform: "
                    + "sts:AssumeRoleWithWebIdentity. "
                + "Let the role's trust policy allow sts:AssumeRoleWithWebIdentity to this service account.",
                "ServerError: CredentialsUnavailable: 500 InternalFailure: the fake fails",
                "Throttle: CredentialsUnavailable: too many requests (Throttling: Rate exceeded)",
                "Refused: CredentialsUnavailable: the connection was refused",
                "Hang: CredentialsTimedOut: no answer within 3 s",
                "Expired: CredentialsExpired: the keys that came are expired already",
            ]
        },
        {
            "SSO session",
            [
                "Deny: CredentialsExpired: the session was refused (401: Session token not found or invalid). Type: aws sso login "
                    + "--profile dev",
                "Forbid: CredentialsUnavailable: ForbiddenException: No access",
                "Refused: CredentialsUnavailable: the connection was refused",
                "Hang: CredentialsTimedOut: no answer within 3 s",
                "Expired: CredentialsExpired: the keys that came are expired already. Type: aws sso login --profile dev",
            ]
        },
        {
            "SSO session, expired, refresh token",
            [
                "Deny: CredentialsExpired: the session was refused (401: Session token not found or invalid). Type: aws sso login "
                    + "--profile dev",
                "Refused: CredentialsUnavailable: the connection was refused",
                "Hang: CredentialsTimedOut: no answer within 3 s",
            ]
        },
        {
            "EKS Pod Identity",
            [
                "Deny: CredentialsUnavailable: the answer was 401 Unauthorized. Check the pod identity association",
                "Forbid: CredentialsUnavailable: the answer was 403 Forbidden. Check the pod identity association",
                "ServerError: CredentialsUnavailable: the answer was 500 InternalServerError. It is tried again",
                "Throttle: CredentialsUnavailable: the answer was 429 TooManyRequests. It is tried again",
                "Refused: CredentialsUnavailable: the connection was refused. Check that the EKS Pod Identity agent runs on the node.",
                "Hang: CredentialsTimedOut: no answer within 3 s",
                "Expired: CredentialsExpired: the keys that came are expired already",
            ]
        },
        {
            "container role",
            [
                "Deny: CredentialsUnavailable: the answer was 401 Unauthorized. Check the task's role",
                "Refused: CredentialsUnavailable: the connection was refused. Check the task's role",
                "Hang: CredentialsTimedOut: no answer within 3 s",
            ]
        },
        {
            "instance metadata",
            [
                "Deny: CredentialsNotFound: no container role, and instance metadata gave none (Unable to retrieve token for use in "
                    + "IMDSv2). Give some: 'aws sso login'",
                "Refused: CredentialsNotFound: and instance metadata gave none",
                "Hang: CredentialsNotFound: and instance metadata gave none (no answer within 3 s (CredentialsTimeout))",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task An_outage_is_told_in_a_sentence(string source, string[] outages)
    {
        // Each has a process of its own: they run side by side.
        await Task.WhenAll(outages.Select(async outage =>
        {
            var (how, failure, says) = outage.Split(": ", 3) switch { var parts => (parts[0], parts[1], parts[2]) };
            using var machine = new CredentialScene();
            CredentialSourceTests.Arrange(source, machine);
            machine.Environment["PROBE_LIMIT"] = how == "Hang" ? "3" : "60";
            if (how == "Refused")
                machine.Reach(new Uri($"http://127.0.0.1:{FakeAws.FreePort()}/"));
            else if (how == "Expired")
                machine.Aws.Life = TimeSpan.FromHours(-1);
            else
                machine.Aws.Mode = Enum.Parse<FakeAwsMode>(how);

            var result = await machine.AskAsync();

            Assert.Contains(says, result.Message, StringComparison.Ordinal);
            Assert.Equal(failure, result.Failure);
        }));
    }
}
