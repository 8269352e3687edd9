using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using DotNet.Testcontainers.Configurations;

namespace RdsIamAspire.Testcontainers;

/// <summary>
/// An engine whose API is older than the version that Testcontainers asks for and that it therefore takes for absent: requests that name no
/// version get the engine's own.
/// </summary>
internal sealed class AnyVersionEndpoint(Uri endpoint) : IDockerEndpointAuthenticationConfiguration
{
    public Version Version => new(1, 41);

    public Uri Endpoint => endpoint;

    public IAuthProvider AuthProvider => null!;

    public DockerClientBuilder GetDockerClientBuilder(Guid sessionId = default) => new DockerClientBuilder().WithEndpoint(endpoint);
}
