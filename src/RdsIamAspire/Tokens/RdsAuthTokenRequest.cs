using Amazon.Runtime;

namespace RdsIamAspire;

/// <summary>What an auth token is asked for. Two requests that are equal share one cached token.</summary>
/// <param name="Host">
/// The host that the token is <em>signed</em> for: the endpoint's own DNS name. It may differ from the name that is dialled
/// (a tunnel, a port-forward, a CNAME): RDS accepts no custom DNS name in a token.
/// </param>
/// <param name="Port">The port that the token is signed for: the endpoint's own, not a tunnel's.</param>
/// <param name="User">The database user, exactly as it was created: the case matters.</param>
/// <param name="Region">The region of the database; null takes it from the host, else from the options, else from the AWS SDK.</param>
public sealed record RdsAuthTokenRequest(string Host, int Port, string User, string? Region = null)
{
    /// <summary>The identity that signs; null takes the source's own. Part of what makes two requests equal.</summary>
    public AWSCredentials? Credentials { get; init; }

    /// <summary>
    /// The identity that signs, by name: a profile, a role. <see cref="Credentials"/> wins over it; null takes the source's own. Part of
    /// what makes two requests equal.
    /// </summary>
    public RdsAwsIdentity? Identity { get; init; }

    /// <summary>A request for an endpoint as <see cref="RdsEndpoint.Parse"/> read it.</summary>
    public static RdsAuthTokenRequest For(RdsEndpoint endpoint, string user, string? region = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new(endpoint.Host, endpoint.Port, user, region);
    }

    /// <summary><c>user@host:port</c>, with nothing of the credentials.</summary>
    public override string ToString() => $"{User}@{Host}:{Port}";
}
