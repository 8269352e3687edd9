using System.Globalization;
using Amazon.Runtime;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Hosting.Tunnel;

/// <summary>
/// The tunnel of a resource from the moment that its endpoint is up. As a value it is the connection string, and waits for that moment.
/// </summary>
internal sealed class TunnelFront(RdsTunnelResource resource) : IValueProvider, IManifestExpressionProvider
{
    private readonly TaskCompletionSource<RdsIamTunnel> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string ValueExpression => $"{{{resource.Name}.connectionString}}";

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        (await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false)).ConnectionString;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="InvalidOperationException">The endpoint's host, port or region cannot be used; the message says what to
    /// do.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    internal async Task<RdsIamTunnel> StartAsync(IServiceProvider services, ILoggerFactory logging, CancellationToken cancellationToken)
    {
        var endpoint = resource.Parent;
        var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions
        {
            ConnectionString = await endpoint.ConnectionStringExpression.GetValueAsync(cancellationToken).ConfigureAwait(false),
            Region = endpoint.Region is { } region ? await region.GetValueAsync(cancellationToken).ConfigureAwait(false) : null,
            // To a real endpoint the developer's own AWS credentials sign.
            Credentials = endpoint.Local is null ? null : LocalCredentials(services.GetRequiredService<LocalAwsIdentity>()),
            // The local server is on this machine.
            Via = endpoint.Local is null ? resource.Via : null,
            ListenPort = resource.Port,
            LoggerFactory = logging,
        });
        try
        {
            _ = tunnel.ConnectionString;
        }
        catch
        {
            await tunnel.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _started.TrySetResult(tunnel);
        return tunnel;
    }

    /// <summary>Whoever waits for the connection string learns why there is none.</summary>
    internal void Failed(Exception why) => _started.TrySetException(why);

    /// <summary>The line for a terminal: the client asks for the password.</summary>
    internal static string ClientLine(RdsIamTunnel tunnel) =>
        string.Create(CultureInfo.InvariantCulture, $"mysql -h {tunnel.EndPoint.Address} -P {tunnel.EndPoint.Port} -u {tunnel.User} -p");

    private static SessionAWSCredentials LocalCredentials(LocalAwsIdentity identity) =>
        new(identity.Principal.AccessKeyId, identity.Principal.SecretAccessKey, identity.Principal.SessionToken);
}
