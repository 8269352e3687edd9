using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RdsIamAspire.Emulator;

/// <summary>
/// Decides on a login, in the order in which a reason helps the most: what the token says, who signed it, when, with what, and what the
/// policies allow.
/// </summary>
internal sealed class LoginJudge(EmulatedDatabase database, EmulatorFaults faults, TimeProvider time, MockedTokens? mocked = null)
{
    // IAM User Guide, "AWS Signature Version 4 for API requests": a request must reach AWS within five minutes of its time stamp; so a
    // clock may be ahead by as much.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    // Amazon RDS User Guide, "IAM database authentication": a token has a lifetime of 15 minutes.
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(15);

    private readonly LoginRate _rate = new(time);

    public LoginAttempt Judge(ParkedLogin login)
    {
        PresignedToken? token = null;
        EmulatorPrincipal? principal = null;
        var finding = FindBefore(login) ?? (mocked is null ? FindInToken(login, out token, out principal)
            : FindInMockedToken(login, mocked, out principal));
        var outage = faults.RefuseNewLogins;
        var log = finding is { } found ? AwsErrorLog.For(found.Denial, Shown(login.User), principal?.Arn, outage) : null;
        return new LoginAttempt
        {
            User = login.User,
            ClientHost = login.ClientHost,
            Time = time.GetUtcNow(),
            Denial = finding?.Denial,
            Explanation = finding?.Explanation ?? $"{login.User} from {login.ClientHost} as {principal?.Arn} ({principal?.AccessKeyId}).",
            ErrorCode = log?.Code,
            ErrorText = log?.Text,
            AccessKeyId = token is null || ShownKeyId(token.AccessKeyId).StartsWith('(') ? null : token.AccessKeyId,
            PrincipalArn = principal?.Arn,
            Tls = login.Transport switch { LoginTransport.Tls => true, LoginTransport.NotTold => null, _ => false },
        };
    }

    /// <summary>The attempt that is reported when judging itself failed.</summary>
    public static LoginAttempt Failed(ParkedLogin login, Exception exception)
    {
        var log = AwsErrorLog.For(LoginDenial.InternalError, Shown(login.User), null, outage: true);
        return new LoginAttempt
        {
            User = login.User,
            ClientHost = login.ClientHost,
            Time = TimeProvider.System.GetUtcNow(), // the emulator's own clock may be what failed
            Denial = LoginDenial.InternalError,
            Explanation = $"The emulator failed while it judged the login ({exception.GetType().Name}); this is a fault of the emulator,"
                + " please report it.",
            ErrorCode = log?.Code,
            ErrorText = log?.Text,
        };
    }

    private Finding? FindBefore(ParkedLogin login)
    {
        if (login.Transport is LoginTransport.Plain or LoginTransport.LocalSocket)
        {
            return new(LoginDenial.NoTls, login.Transport == LoginTransport.Plain
                ? "The connection is not encrypted; the token was not asked for. Connect with TLS: SslMode=VerifyFull with SslCa=… in a"
                + " connection string, --ssl-mode=VERIFY_IDENTITY --ssl-ca=… for mysql."
                : "The login came over the server's local socket, which RDS has not. Connect over TCP with TLS (for mysql: --host"
                + " 127.0.0.1, not localhost).");
        }

        if (faults.RefuseNewLogins)
            return new(LoginDenial.DeniedByFault,
                "The fault RefuseNewLogins is on: every new login is refused, as in an outage of IAM authentication. Call Faults.Reset() to"
                    + " end it.");
        if (!_rate.TryTake(faults.MaxLoginsPerSecond))
        {
            return new(LoginDenial.Throttled,
                $"More than {faults.MaxLoginsPerSecond} new logins in one second. RDS limits IAM logins to 200 a second: use a connection"
                    + " pool, and log in again with back-off. Faults.MaxLoginsPerSecond sets the limit here.");
        }

        const string tooLong = "The password is longer than 8,192 bytes; a token has 300 to 2,000 characters. Is it something else?";
        return login.Oversize ? new(LoginDenial.TokenTooLong, tooLong) : null;
    }

    private Finding? FindInToken(ParkedLogin login, out PresignedToken? read, out EmulatorPrincipal? principal)
    {
        principal = null;
        if (!PresignedToken.TryRead(login.Token.Span, out read, out var problem))
        {
            return new(LoginDenial.MalformedToken,
                $"The password of {login.Token.Length} characters is not an IAM auth token: {problem}. Make one with RdsAuthTokenSource,"
                    + " `rds-iam token` or `aws rds generate-db-auth-token`, and pass it on whole.");
        }

        var token = read;
        if (token.Action != "connect")
            return new(LoginDenial.WrongAction,
                $"The token is for the action '{Shown(token.Action)}'; a login needs 'connect'. Make it with `aws rds"
                    + " generate-db-auth-token` or RdsAuthTokenSource.");
        if (token.Service != "rds-db")
            return new(LoginDenial.WrongService,
                $"The token is signed for the service '{Shown(token.Service)}'; a login needs 'rds-db'. A presigned URL of another service"
                    + " is no token.");
        if (FindInEndpoint(token) is { } endpoint)
            return endpoint;
        if (token.User != login.User)
        {
            return new(LoginDenial.UserMismatch, string.Equals(token.User, login.User, StringComparison.OrdinalIgnoreCase)
                ? $"The token is for the user '{Shown(token.User)}', the login is for '{Shown(login.User)}': they differ in case, and case"
                + " matters. Write the name as in CREATE USER in both places."
                : $"The token is for the user '{Shown(token.User)}', the login is for '{Shown(login.User)}'. Make the token for the user"
                + " that logs in.");
        }

        if (token.Region != database.Region)
            return new(LoginDenial.WrongRegion,
                $"The token is signed for the region '{Shown(token.Region)}', the database is in '{database.Region}'. Set"
                    + $" AWS_REGION={database.Region}, or name the region when the token is made.");

        var day = token.Date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        if (token.ScopeDate != day)
            return new(LoginDenial.DateScopeMismatch,
                $"The credential scope is of the day '{Shown(token.ScopeDate)}', X-Amz-Date of {day}: the token was changed, or its signer"
                    + " is broken.");
        if (token.ExpiresSeconds > TokenLifetime.TotalSeconds)
            return new(LoginDenial.ExpiresTooLong,
                $"X-Amz-Expires is {Shown(token.Parameters["X-Amz-Expires"])} seconds; RDS takes no more than 900. Sign with 900.");

        principal = database.FindPrincipal(token.AccessKeyId);
        if (principal is null)
        {
            return new(LoginDenial.UnknownAccessKey,
                $"The access key {ShownKeyId(token.AccessKeyId)} is none of the emulator's. The process signed with other credentials: give"
                    + " it those of RdsIamEmulator.GetAwsEnvironment() (AWS_ACCESS_KEY_ID, …), and see that no AWS_PROFILE or ~/.aws comes"
                    + " first.");
        }

        return FindInSessionToken(token, principal)
            ?? FindInTime(token, principal)
            ?? FindInSignature(token, principal)
            ?? FindInPolicies(login, principal);
    }

    private Finding? FindInMockedToken(ParkedLogin login, MockedTokens tokens, out EmulatorPrincipal? principal)
    {
        principal = null;
        if (tokens.Find(login.Token.Span) is not { } token)
            return new(LoginDenial.MalformedToken,
                $"The password of {login.Token.Length} characters is none of the mocked tokens. Take one from CreateToken, or tell of your"
                    + " own with AcceptToken, before the login.");
        if (token.User != login.User)
            return new(LoginDenial.UserMismatch,
                $"The token is for the user '{Shown(token.User)}', the login is for '{Shown(login.User)}'. Make the token for the user that"
                    + " logs in.");
        var age = time.GetUtcNow() + faults.ClockSkew - token.From;
        if (age >= TokenLifetime || (faults.TokensExpiredUntil is { } until && token.From <= until))
            return new(LoginDenial.TokenExpired,
                $"The token of {Instant(token.From)} is {Span(age)} old, or was expired by the fault ExpireAllTokens; it was good for 15"
                    + " min. Make a new one for each new connection.");
        principal = database.Principals[0];
        return FindInPolicies(login, principal);
    }

    private Finding? FindInEndpoint(PresignedToken token)
    {
        var sameHost = database.Endpoints.Where(endpoint =>
            string.Equals(endpoint.Host, token.Host, StringComparison.OrdinalIgnoreCase)).ToList();
        if (sameHost.Count == 0)
        {
            return new(LoginDenial.WrongHost,
                $"The token is signed for the host '{Shown(token.Host)}', which is no endpoint of this database"
                    + $" ({Endpoints(database.Endpoints)}). Sign for one of those (RDS takes no CNAME, tunnel or IP address), or tell the"
                    + " emulator with AddEndpoint.");
        }

        // A token without a port is one for 443 or, from .NET, 80: the signer dropped the default port.
        if (!sameHost.Exists(endpoint => endpoint.Port == EmulatorEndpoint.AnyPort
            || (token.Port is { } port ? endpoint.Port == port : endpoint.Port is 443 or 80)))
        {
            return new(LoginDenial.WrongPort,
                $"The token is signed for {(token.Port is { } port ? $"port {port}" : "no port")} of '{Shown(token.Host)}'; the endpoint is"
                    + $" {Endpoints(sameHost)}. Sign for the endpoint's own port, not a tunnel's.");
        }

        return null;
    }

    private static Finding? FindInSessionToken(PresignedToken token, EmulatorPrincipal principal)
    {
        var problem = (token.SessionToken, principal.SessionToken) switch
        {
            (null, null) => null,
            (null, _) => "the token carries none. Give the signer AWS_SESSION_TOKEN along with the key",
            (_, null) => "these are long-term credentials, which have none, and the token carries one. Unset AWS_SESSION_TOKEN",
            ({ } given, { } own) when CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(own)) =>
                null,
            _ => "the token carries another one. Key, secret and session token must come from the same credentials",
        };
        return problem is null ? null
            : new(LoginDenial.SessionTokenMismatch,
            $"The session token does not belong to the access key {principal.AccessKeyId}: {problem}.");
    }

    private Finding? FindInTime(PresignedToken token, EmulatorPrincipal principal)
    {
        var now = time.GetUtcNow() + faults.ClockSkew;
        var skew = faults.ClockSkew == TimeSpan.Zero ? "" : $" The fault ClockSkew moves the server's clock by {Span(faults.ClockSkew)}.";
        var age = now - token.Date;
        if (faults.TokensExpiredUntil is { } until && token.Date <= until)
            return new(LoginDenial.TokenExpired,
                $"The fault ExpireAllTokens was set at {Instant(until)}; this token is of {Instant(token.Date)}. Make a new one.");
        if (age >= TimeSpan.FromSeconds(token.ExpiresSeconds))
        {
            return new(LoginDenial.TokenExpired,
                $"The token of {Instant(token.Date)} is {Span(age)} old; it was good for"
                    + $" {Span(TimeSpan.FromSeconds(token.ExpiresSeconds))}. Make a new one for each new connection, or renew in time"
                    + $" (RdsAuthTokenSource does).{skew}");
        }

        if (age < -ClockTolerance)
            return new(LoginDenial.TokenFromFuture,
                $"The token is of {Instant(token.Date)}, {Span(-age)} after the server's clock ({Instant(now)}). Set the signer's"
                    + $" clock.{skew}");
        if (principal.ExpiresAt is { } end && now >= end)
            return new(LoginDenial.CredentialsExpired,
                $"The credentials {principal.AccessKeyId} ended at {Instant(end)}: a token is worth nothing without them, even within its"
                    + " 15 minutes. Refresh the credentials, then make a new token.");
        return null;
    }

    private static Finding? FindInSignature(PresignedToken token, EmulatorPrincipal principal) =>
        TokenSignature.IsMadeWith(token, principal.SecretAccessKey)
        ? null
        : new(LoginDenial.SignatureMismatch,
        $"The signature is not the one that the secret of {principal.AccessKeyId} gives: another secret signed, or the token was changed on"
            + " the way (cut, decoded, re-encoded, or shell-quoted).");

    private Finding? FindInPolicies(ParkedLogin login, EmulatorPrincipal principal)
    {
        if (faults.DenyConnect)
            return new(LoginDenial.DeniedByFault,
                "The fault DenyConnect is on: rds-db:connect is denied to everybody. Call Faults.Reset() to end it.");
        var decision = database.Decide(principal, login.User, time.GetUtcNow() + faults.ClockSkew);
        return decision.Allowed == IamAnswer.Yes ? null
            : new(LoginDenial.NotAuthorized, $"{principal.Arn} may not connect: {decision.Reason}.");
    }

    private static string Endpoints(IReadOnlyCollection<EmulatorEndpoint> endpoints) =>
        endpoints.Count == 0 ? "it has none yet"
            : string.Join(", ", endpoints.Select(endpoint =>
            (endpoint.Host.Contains(':') ? $"[{endpoint.Host}]" : endpoint.Host)
            + (endpoint.Port == EmulatorEndpoint.AnyPort ? " at any port" : $":{endpoint.Port}")));

    private static string Instant(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => span.Duration() < TimeSpan.FromDays(2)
        ? string.Create(CultureInfo.InvariantCulture,
        $"{(span < TimeSpan.Zero ? "-" : "")}{(int)span.Duration().TotalMinutes} min {span.Duration().Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} days");

    // Values out of a token are shown when they are short and plain. A long one may hold a piece of the token: then only its length is
    // said.
    private static string Shown(string value) =>
        value.Length <= 64 && !value.Any(char.IsControl) && !value.Contains("X-Amz", StringComparison.OrdinalIgnoreCase) ? value
            : $"({value.Length} characters)";

    private static string ShownKeyId(string keyId) =>
        keyId.Length is >= 4 and <= 32 && keyId.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)) ? keyId
            : $"({keyId.Length} characters)";

    private readonly record struct Finding(LoginDenial Denial, string Explanation);
}
