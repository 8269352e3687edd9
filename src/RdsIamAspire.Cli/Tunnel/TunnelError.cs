using RdsIamAspire.Cli.MySqlProtocol;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>What the tunnel itself tells a client, with codes that clients know.</summary>
internal static class TunnelError
{
    private const int Unknown = 1105; // ER_UNKNOWN_ERROR
    private const int HandshakeError = 1043; // ER_HANDSHAKE_ERROR

    public static ErrorPacket CannotConnect(string why) => new(Unknown, "HY000", $"rds-iam tunnel: {why}");

    public static ErrorPacket BadHandshake(string why) => new(HandshakeError, "08S01", $"rds-iam tunnel: {why}");

    public static ErrorPacket NoToken(string why) => new(ErrorPacket.AccessDenied, "28000", $"rds-iam tunnel: {why}");

    public static ErrorPacket WrongUser(string user, string expected) =>
        new(ErrorPacket.AccessDenied, "28000", $"rds-iam tunnel: this tunnel logs in as '{expected}', not as '{user}'; use that user name, or start another tunnel");

    public static ErrorPacket WrongPassword(string user) =>
        new(ErrorPacket.AccessDenied, "28000", $"rds-iam tunnel: the password for '{user}' is not the tunnel's own (RDS_IAM_TUNNEL_PASSWORD)");

    public static ErrorPacket NotIam(string user) =>
        new(ErrorPacket.AccessDenied, "28000", $"rds-iam tunnel: the server does not ask '{user}' for an IAM token; the user must be created with AWSAuthenticationPlugin");
}
