using Microsoft.Extensions.Logging;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>What is said of logins; never a token.</summary>
internal static partial class LoginLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Denied} The IAM login of {User} was signed for {Host}:{Port} in {Region} with the access key "
        + "{AccessKeyId} at {IssuedAt:u}, good until {ExpiresAt:u}. {Clock} {Next} RDS never says why: check the user (case included, "
        + "created with AWSAuthenticationPlugin), the rds-db:connect policy and its resource id, host, port and region, and this machine's "
        + "clock; see docs/access-denied.md.")]
    internal static partial void Denied(this ILogger logger, string denied, string user, string host, int port, string region,
        string accessKeyId, DateTimeOffset issuedAt, DateTimeOffset expiresAt, string clock, string next);

    [LoggerMessage(2, LogLevel.Error, "{Reason} The login of {User} ends without a token: the server is let refuse it, since a "
        + "handshake that is left half-way counts against this host.")]
    internal static partial void NoToken(this ILogger logger, string reason, string user);

    [LoggerMessage(3, LogLevel.Warning, "{Host}: {Clock} A token lives 15 minutes from when it was made: correct the clock of this "
        + "machine, or logins will be refused.")]
    internal static partial void ClockAway(this ILogger logger, string host, string clock);

    [LoggerMessage(4, LogLevel.Warning, "The login of {User} at {Host} was refused with a new token, though it has passed before: there may "
        + "be too many new logins in this second (RDS takes some 200). It is tried again in {Pause:0.0} s; see docs/scale.md.")]
    internal static partial void RefusedForNumber(this ILogger logger, string user, string host, double pause);
}
