using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Logins;

/// <summary>How a login went.</summary>
internal abstract record LoginOutcome
{
    /// <summary>Logged in with the token.</summary>
    /// <param name="Ok">The server's last packet, as it is.</param>
    public sealed record LoggedIn(byte[] Ok) : LoginOutcome;

    /// <summary>The server refused.</summary>
    /// <param name="Error">What it said.</param>
    /// <param name="TokenWasAskedFor">
    /// Whether it had asked for the token before: it does so only for a user who exists in this case and is created with
    /// AWSAuthenticationPlugin.
    /// </param>
    public sealed record Refused(ErrorPacket Error, bool TokenWasAskedFor) : LoginOutcome;

    /// <summary>The server let the user in, or wants to, with something else than a token; no token was sent.</summary>
    /// <param name="Plugin">What it asked for; empty when it asked for nothing.</param>
    public sealed record NotIam(string Plugin) : LoginOutcome;
}
