using RdsIamAspire.Tunnel.Logins;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>Where the tunnel leads.</summary>
/// <param name="Dialled">Where the TCP connection goes.</param>
/// <param name="SignFor">The endpoint's own name: what the token is signed for and what the certificate must name.</param>
/// <param name="TokenRequest">What a token is asked with; has the user.</param>
/// <param name="Trust">The roots that the server's certificate must lead to.</param>
internal sealed record TunnelTarget(RdsEndpoint Dialled, RdsEndpoint SignFor, RdsAuthTokenRequest TokenRequest, ServerTrust Trust)
{
    /// <summary>The port-forward that it is dialled through; null where it is dialled from here.</summary>
    public PortForward? Way { get; init; }

    public string User => TokenRequest.User;
}
