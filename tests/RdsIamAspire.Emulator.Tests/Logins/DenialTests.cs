namespace RdsIamAspire.Emulator.Tests.Logins;

/// <summary>
/// Every way to be refused, against a real server: the client reads what RDS sends, the developer reads why, and RDS's own log line.
/// The database is orders.abc123xyz789…:3306, db-LOCALRDSIAMEMULATOR000000, us-east-1, and it is 2026-01-31 12:00.
/// </summary>
[Collection(OnARealServer.Name)]
public sealed class DenialTests(RealServer server)
{
    private const string InvalidToken =
        "Failed to authenticate the connection request for user app because the provided token is malformed or otherwise invalid.";

    [Fact]
    public async Task An_ordinary_password_is_a_MalformedToken()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, "hunter2", LoginDenial.MalformedToken, "400 InvalidToken", InvalidToken,
            "The password of 7 characters is not an IAM auth token: it looks like an ordinary password, not like "
                + "'host:port/?Action=connect&DBUser=…'. Make one with RdsAuthTokenSource, `rds-iam token` or `aws rds "
                + "generate-db-auth-token`, and pass it on whole.");
    }

    [Fact]
    public async Task A_token_that_a_client_cut_off_is_a_MalformedToken()
    {
        await using var scene = await Scene.AttachAsync(server);
        var whole = scene.Signer.Sign();
        var cut = whole[..whole.IndexOf("&X-Amz-Expires", StringComparison.Ordinal)];
        await DeniedAsync(scene, cut, LoginDenial.MalformedToken, "400 InvalidToken", InvalidToken,
            $"The password of {cut.Length} characters is not an IAM auth token: it has no X-Amz-Expires; a token of {cut.Length} "
                + "characters without it was probably cut off (whole ones have 300 to 2,000). Make one with RdsAuthTokenSource, "
                + "`rds-iam token` or `aws rds generate-db-auth-token`, and pass it on whole.");
    }

    [Fact]
    public async Task A_password_over_8_KiB_is_TokenTooLong()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, new string('x', 8_193), LoginDenial.TokenTooLong, "400 InvalidToken", InvalidToken,
            "The password is longer than 8,192 bytes; a token has 300 to 2,000 characters. Is it something else?");
    }

    [Fact]
    public async Task A_presigned_URL_for_another_action_is_WrongAction()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { Action = "describe" }).Sign(), LoginDenial.WrongAction, "400 InvalidToken", InvalidToken,
            "The token is for the action 'describe'; a login needs 'connect'. Make it with `aws rds generate-db-auth-token` or "
                + "RdsAuthTokenSource.");
    }

    [Fact]
    public async Task A_presigned_URL_of_another_service_is_WrongService()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { Service = "rds" }).Sign(), LoginDenial.WrongService, "400 InvalidToken", InvalidToken,
            "The token is signed for the service 'rds'; a login needs 'rds-db'. A presigned URL of another service is no token.");
    }

    [Fact]
    public async Task A_token_for_a_CNAME_is_WrongHost()
    {
        await using var scene = await Scene.AttachAsync(server);
        var port = server.Server.Port;
        await DeniedAsync(scene, (scene.Signer with { Host = "db.example.com" }).Sign(), LoginDenial.WrongHost, "400 InvalidToken", InvalidToken,
            $"The token is signed for the host 'db.example.com', which is no endpoint of this database ({Scene.Endpoint}:3306, "
                + $"127.0.0.1:{port}, localhost:{port}). Sign for one of those (RDS takes no CNAME, tunnel or IP address), or tell the "
                + "emulator with AddEndpoint.");
    }

    [Fact]
    public async Task A_token_for_a_tunnels_port_is_WrongPort()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { Port = 13306 }).Sign(), LoginDenial.WrongPort, "400 InvalidToken", InvalidToken,
            $"The token is signed for port 13306 of '{Scene.Endpoint}'; the endpoint is {Scene.Endpoint}:3306. Sign for the endpoint's "
                + "own port, not a tunnel's.");
    }

    [Fact]
    public async Task A_name_of_any_port_takes_tokens_for_each_and_for_none_and_other_names_do_not()
    {
        await using var scene = await Scene.AttachAsync(server, options =>
            options.Endpoints.Add(new EmulatorEndpoint("published.test", EmulatorEndpoint.AnyPort)));

        foreach (var port in (int?[])[13306, 1, null])
        {
            var (_, attempt) = await scene.TryAsync((scene.Signer with { Host = "published.test", Port = port }).Sign());
            Assert.True(attempt.Allowed, attempt.Explanation);
        }

        var (_, refused) = await scene.TryAsync((scene.Signer with { Port = 13306 }).Sign());
        Assert.Equal(LoginDenial.WrongPort, refused.Denial);
    }

    [Fact]
    public async Task A_token_without_a_port_is_WrongPort()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { Port = null }).Sign(), LoginDenial.WrongPort, "400 InvalidToken", InvalidToken,
            $"The token is signed for no port of '{Scene.Endpoint}'; the endpoint is {Scene.Endpoint}:3306. Sign for the endpoint's "
                + "own port, not a tunnel's.");
    }

    [Fact]
    public async Task A_token_for_another_user_is_UserMismatch()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { User = "admin" }).Sign(), LoginDenial.UserMismatch, "400 InvalidToken", InvalidToken,
            "The token is for the user 'admin', the login is for 'app'. Make the token for the user that logs in.");
    }

    [Fact]
    public async Task A_token_for_the_user_in_another_case_is_UserMismatch()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { User = "App" }).Sign(), LoginDenial.UserMismatch, "400 InvalidToken", InvalidToken,
            "The token is for the user 'App', the login is for 'app': they differ in case, and case matters. Write the name as in "
                + "CREATE USER in both places.");
    }

    [Fact]
    public async Task A_token_for_another_region_is_WrongRegion()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { Region = "eu-west-1" }).Sign(), LoginDenial.WrongRegion, "400 InvalidToken", InvalidToken,
            "The token is signed for the region 'eu-west-1', the database is in 'us-east-1'. Set AWS_REGION=us-east-1, or name the "
                + "region when the token is made.");
    }

    [Fact]
    public async Task A_scope_of_another_day_is_DateScopeMismatch()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { ScopeDate = "20260130" }).Sign(), LoginDenial.DateScopeMismatch, "400 InvalidToken", InvalidToken,
            "The credential scope is of the day '20260130', X-Amz-Date of 20260131: the token was changed, or its signer is broken.");
    }

    [Fact]
    public async Task A_token_of_15_minutes_ago_is_TokenExpired()
    {
        await using var scene = await Scene.AttachAsync(server);
        var token = scene.Signer.Sign();
        scene.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal("app@%", (await scene.LogInAsync(token)).CurrentUser);
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        await DeniedAsync(scene, token, LoginDenial.TokenExpired, "400 ExpiredToken",
            "Failed to authenticate the connection request for user app because the token age is longer than 15 minutes.",
            "The token of 2026-01-31T12:00:00Z is 15 min 0 s old; it was good for 15 min 0 s. Make a new one for each new connection, "
                + "or renew in time (RdsAuthTokenSource does).");
    }

    [Fact]
    public async Task A_token_of_tomorrow_is_TokenFromFuture()
    {
        await using var scene = await Scene.AttachAsync(server);
        Assert.Equal("app@%", (await scene.LogInAsync((scene.Signer with { Date = Clock.Start.AddMinutes(5) }).Sign())).CurrentUser);
        await DeniedAsync(scene, (scene.Signer with { Date = Clock.Start.AddHours(24) }).Sign(), LoginDenial.TokenFromFuture, "400 InvalidToken", InvalidToken,
            "The token is of 2026-02-01T12:00:00Z, 1440 min 0 s after the server's clock (2026-01-31T12:00:00Z). Set the signer's clock.");
    }

    [Fact]
    public async Task A_token_that_wants_to_live_longer_is_ExpiresTooLong()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { Expires = "3600" }).Sign(), LoginDenial.ExpiresTooLong, "400 InvalidToken", InvalidToken,
            "X-Amz-Expires is 3600 seconds; RDS takes no more than 900. Sign with 900.");
    }

    [Fact]
    public async Task Foreign_credentials_are_an_UnknownAccessKey()
    {
        await using var scene = await Scene.AttachAsync(server);
        var foreign = EmulatorPrincipal.Create("arn:aws:iam::123456789012:user/else", EmulatorPrincipalPolicies.AllowAll) with
        {
            AccessKeyId = "AKIAIOSFODNN7EXAMPLE",
        };
        await DeniedAsync(scene, (scene.Signer with { Principal = foreign, SessionToken = null }).Sign(), LoginDenial.UnknownAccessKey, "400 InvalidToken", InvalidToken,
            "The access key AKIAIOSFODNN7EXAMPLE is none of the emulator's. The process signed with other credentials: give it those of "
                + "RdsIamEmulator.GetAwsEnvironment() (AWS_ACCESS_KEY_ID, …), and see that no AWS_PROFILE or ~/.aws comes first.");
    }

    [Fact]
    public async Task A_missing_session_token_is_SessionTokenMismatch()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { SessionToken = null }).Sign(), LoginDenial.SessionTokenMismatch, "400 InvalidToken", InvalidToken,
            $"The session token does not belong to the access key {scene.Principal.AccessKeyId}: the token carries none. Give the "
                + "signer AWS_SESSION_TOKEN along with the key.");
    }

    [Fact]
    public async Task Another_session_token_is_SessionTokenMismatch()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { SessionToken = "old" }).Sign(), LoginDenial.SessionTokenMismatch, "400 InvalidToken", InvalidToken,
            $"The session token does not belong to the access key {scene.Principal.AccessKeyId}: the token carries another one. Key, "
                + "secret and session token must come from the same credentials.");
    }

    [Fact]
    public async Task A_session_token_with_a_long_term_key_is_SessionTokenMismatch()
    {
        await using var scene = await Scene.AttachAsync(
            server,
            options => options.Principals.Add(
                EmulatorPrincipal.Create("arn:aws:iam::123456789012:user/app", EmulatorPrincipalPolicies.AllowAll)));
        await DeniedAsync(scene, (scene.Signer with { SessionToken = "left over" }).Sign(), LoginDenial.SessionTokenMismatch, "400 InvalidToken", InvalidToken,
            $"The session token does not belong to the access key {scene.Principal.AccessKeyId}: these are long-term credentials, "
                + "which have none, and the token carries one. Unset AWS_SESSION_TOKEN.");
    }

    [Fact]
    public async Task A_token_whose_credentials_have_ended_is_CredentialsExpired()
    {
        await using var scene = await Scene.AttachAsync(
            server,
            options => options.Principals.Add(EmulatorPrincipal.CreateDefault() with { ExpiresAt = Clock.Start.AddMinutes(5) }));
        var token = scene.Signer.Sign();
        Assert.Equal("app@%", (await scene.LogInAsync(token)).CurrentUser);
        scene.Time.Advance(TimeSpan.FromMinutes(5));
        await DeniedAsync(scene, token, LoginDenial.CredentialsExpired, "400 InvalidToken", InvalidToken,
            $"The credentials {scene.Principal.AccessKeyId} ended at 2026-01-31T12:05:00Z: a token is worth nothing without them, even "
                + "within its 15 minutes. Refresh the credentials, then make a new token.");
    }

    [Fact]
    public async Task Another_secret_is_SignatureMismatch()
    {
        await using var scene = await Scene.AttachAsync(server);
        await DeniedAsync(scene, (scene.Signer with { Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }).Sign(), LoginDenial.SignatureMismatch, "400 InvalidToken", InvalidToken,
            $"The signature is not the one that the secret of {scene.Principal.AccessKeyId} gives: another secret signed, or the token "
                + "was changed on the way (cut, decoded, re-encoded, or shell-quoted).");
    }

    [Fact]
    public async Task A_policy_for_another_user_is_NotAuthorized()
    {
        var policy =
            RdsDbConnectPolicy.CreateDocument(new RdsDbUserArn("us-east-1", "123456789012", "db-LOCALRDSIAMEMULATOR000000", "reader"));
        await using var scene = await Scene.AttachAsync(
            server,
            options => options.Principals.Add(EmulatorPrincipal.Create("arn:aws:iam::123456789012:user/orders", policy)));
        await DeniedAsync(scene, scene.Signer.Sign(), LoginDenial.NotAuthorized, "403 NotAuthorized",
            "Failed to authorize the connection request for user app because the IAM policy assumed by the caller "
                + "'arn:aws:iam::123456789012:user/orders' is not authorized to perform `rds-db:connect` on the DB instance.",
            "arn:aws:iam::123456789012:user/orders may not connect: no statement allows rds-db:connect on "
                + "arn:aws:rds-db:us-east-1:123456789012:dbuser:db-LOCALRDSIAMEMULATOR000000/app; "
                + "'arn:aws:rds-db:us-east-1:123456789012:dbuser:db-LOCALRDSIAMEMULATOR000000/reader' is for the user 'reader'.");
    }

    [Fact]
    public async Task A_fault_of_the_emulator_itself_is_InternalError_and_the_next_login_is_judged_again()
    {
        var clock = new BreakableClock();
        await using var scene = await Scene.AttachAsync(server, options => options.TimeProvider = clock);
        clock.Broken = true;
        await DeniedAsync(scene, scene.Signer.Sign(), LoginDenial.InternalError, "500 InternalError",
            "Failed to authorize the connection request for user app because of an internal IAM DB authentication error.",
            "The emulator failed while it judged the login (InvalidOperationException); this is a fault of the emulator, please report it.");
        clock.Broken = false;
        Assert.Equal("app@%", (await scene.LogInAsync(scene.Signer.Sign())).CurrentUser);
    }

    private static async Task DeniedAsync(Scene scene, string token, LoginDenial denial, string code, string text, string explanation)
    {
        var (client, developer) = await scene.TryAsync(token);
        Assert.Matches(@"^ERROR 1045 \(28000\): Access denied for user 'app'@'[^']+' \(using password: YES\)$", client.Error);
        Assert.False(developer.Allowed);
        Assert.Equal(
            (denial, code, text, explanation),
            (developer.Denial, developer.ErrorCode, developer.ErrorText, developer.Explanation));
        Assert.Contains(
            scene.Log.Lines,
            line => line.StartsWith("Warning: Login of app from ", StringComparison.Ordinal)
                && line.EndsWith(explanation, StringComparison.Ordinal));
    }

    private sealed class BreakableClock : TimeProvider
    {
        public bool Broken { get; set; }

        public override DateTimeOffset GetUtcNow() => Broken ? throw new InvalidOperationException("broken") : Clock.Start;
    }
}
