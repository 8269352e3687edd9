using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>What the tunnel itself tells a client, with codes that clients know.</summary>
internal static class TunnelError
{
    private const int Unknown = 1105; // ER_UNKNOWN_ERROR
    private const int HandshakeError = 1043; // ER_HANDSHAKE_ERROR
    private const int ServerShutdown = 1053; // ER_SERVER_SHUTDOWN

    public static ErrorPacket CannotConnect(string why) => new(Unknown, "HY000", $"rds-iam tunnel: {why}");

    public static ErrorPacket BadHandshake(string why) => new(HandshakeError, "08S01", $"rds-iam tunnel: {why}");

    public static ErrorPacket Ending() => new(ServerShutdown, "08S01", "rds-iam tunnel: it is ending and takes no new session");

    public static ErrorPacket NoToken(string why) => Denied(why);

    public static ErrorPacket WrongUser(string user, string expected) =>
        Denied($"this tunnel logs in as '{expected}', not as '{user}'; use that user name, or start another tunnel");

    public static ErrorPacket WrongPassword(string user, string whose) =>
        Denied($"the password for '{user}' is not the tunnel's own ({whose})");

    public static ErrorPacket NotIam(string user) =>
        Denied($"the server does not ask '{user}' for an IAM token; the user must be created with AWSAuthenticationPlugin");

    /// <summary>What the server said to a token, and what is known here of its cause.</summary>
    public static ErrorPacket RefusedAfterSuccess(ErrorPacket server, TimeSpan since) => server with
    {
        Message = $"{server.Message} (rds-iam tunnel: the same login worked {since.TotalSeconds:0} s ago and did not in "
            + $"{ServerLoginRetry.Tries} tries since: a limit on new IAM logins per second, or a policy or credentials that were changed)",
    };

    private static ErrorPacket Denied(string why) => new(ErrorPacket.AccessDenied, "28000", $"rds-iam tunnel: {why}");
}
