using System.Net;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>What all sessions of a tunnel share.</summary>
/// <param name="Target">Where it leads.</param>
/// <param name="Logins">How sessions get there.</param>
/// <param name="Tokens">For a second login in a session.</param>
/// <param name="Password">What clients prove.</param>
/// <param name="WhosePassword">Where a client finds the password, for messages.</param>
/// <param name="Log">What is said of refused clients.</param>
/// <param name="Time">The clock.</param>
internal sealed record TunnelDesk(
    TunnelTarget Target,
    ServerLogins Logins,
    Func<RdsAuthTokenSource> Tokens,
    LocalPassword Password,
    string WhosePassword,
    TunnelLog Log,
    TimeProvider Time)
{
    /// <summary>The ids that clients were greeted with.</summary>
    public SessionIds Ids { get; } = new();

    /// <summary>Counts and says a refusal.</summary>
    public void Refused(EndPoint? peer, ErrorPacket error, RefusalReason reason)
    {
        TunnelTelemetry.Refused(Target, reason);
        Log.Refused(peer, error.ToString());
    }
}
