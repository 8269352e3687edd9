namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>Why a client was refused: the values of <c>error.type</c> in metrics.</summary>
internal enum RefusalReason
{
    /// <summary>What it sent was no login.</summary>
    BadHandshake,

    /// <summary>It named another user than the tunnel's.</summary>
    WrongUser,

    /// <summary>It does not know the tunnel's password.</summary>
    WrongPassword,

    /// <summary>No token could be made.</summary>
    NoToken,

    /// <summary>The server cannot be reached, or does not answer as one.</summary>
    Unreachable,

    /// <summary>The server's certificate is not accepted.</summary>
    Certificate,

    /// <summary>The server did not ask for a token.</summary>
    NotIam,

    /// <summary>The server refused.</summary>
    Server,

    /// <summary>The tunnel is ending.</summary>
    Ending,
}
