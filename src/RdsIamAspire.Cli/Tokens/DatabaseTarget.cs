using RdsIamAspire.Tunnel.Endpoints;

namespace RdsIamAspire.Cli.Tokens;

/// <summary>A login to come.</summary>
/// <param name="Dialled">Where the TCP connection goes.</param>
/// <param name="SignFor">The endpoint's own name: what the token is signed for and what the certificate must name.</param>
/// <param name="User">The database user.</param>
/// <param name="Region">The region; null leaves it to the host name and the AWS SDK.</param>
internal sealed record DatabaseTarget(RdsEndpoint Dialled, RdsEndpoint SignFor, string User, string? Region)
{
    /// <summary>The way to it, where this machine cannot dial it; null where it can.</summary>
    public string? Via { get; init; }

    /// <summary>What the file of endpoints has under the name that was given; null for a host.</summary>
    public NamedEndpoint? Named { get; init; }

    /// <summary>Who signs, where it is not the process's own identity.</summary>
    public RdsAwsIdentity? Identity { get; init; }

    /// <summary>What a token for the login is asked with.</summary>
    public RdsAuthTokenRequest TokenRequest => RdsAuthTokenRequest.For(SignFor, User, Region) with { Identity = Identity };
}
