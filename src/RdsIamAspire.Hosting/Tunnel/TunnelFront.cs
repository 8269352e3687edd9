using System.Data.Common;
using System.Globalization;
using System.Net;
using Amazon.Runtime;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Hosting.Tunnel;

/// <summary>
/// The tunnel of a resource from the moment that its endpoint is up. As a value it is the connection string, and waits for that moment; a
/// container gets the one that leads out of it.
/// </summary>
internal sealed class TunnelFront(RdsTunnelResource resource) : IValueProvider, IManifestExpressionProvider
{
    private readonly TaskCompletionSource<RdsIamTunnel> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private RdsIamTunnel? _tunnel;
    private string? _leadsTo;
    private IPEndPoint? _forContainers;

    public string ValueExpression => $"{{{resource.Name}.connectionString}}";

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Current.ConnectionString;
    }

    public async ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
    {
        var connectionString = await GetValueAsync(cancellationToken).ConfigureAwait(false);
        return context.Caller?.IsContainer() == true ? ForContainers(connectionString!) : connectionString;
    }

    /// <summary>One part of the connection string, by its name there: for containers that take them one by one.</summary>
    internal ConnectionPart Part(string name) => new ConnectionPart(this, name);

    /// <summary>Whether it has begun to listen.</summary>
    internal bool HasStarted => Volatile.Read(ref _tunnel) is not null;

    /// <summary>The tunnel that listens.</summary>
    internal RdsIamTunnel Current => Volatile.Read(ref _tunnel) ?? throw new InvalidOperationException("The tunnel has not started.");

    /// <summary>Begins to listen, or leads elsewhere when its endpoint has moved: clients keep address and password.</summary>
    /// <returns>The tunnel when it is another one than before; else null.</returns>
    /// <exception cref="InvalidOperationException">The endpoint's host, port or region cannot be used; the message says what to
    /// do.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    internal async Task<RdsIamTunnel?> FollowAsync(IServiceProvider services, ILoggerFactory logging, CancellationToken cancellationToken)
    {
        var endpoint = resource.Parent;
        var leadsTo = await resource.Target.ConnectionStringExpression.GetValueAsync(cancellationToken).ConfigureAwait(false);
        if (leadsTo == _leadsTo)
            return null;
        var before = _tunnel;
        var options = new RdsIamTunnelOptions
        {
            ConnectionString = leadsTo,
            Region = endpoint.Region is { } region ? await region.GetValueAsync(cancellationToken).ConfigureAwait(false) : null,
            // To a real endpoint the developer's own AWS credentials sign.
            Credentials = endpoint.Local is null ? null : LocalCredentials(services.GetRequiredService<LocalAwsIdentity>()),
            Identity = endpoint.AwsIdentity,
            // The local server is on this machine.
            Via = endpoint.Local is null ? resource.Via : null,
            ListenPort = before?.EndPoint.Port ?? resource.Port,
            Password = before?.Password,
            LoggerFactory = logging,
        };
        // Its sessions ended with the server that it led to.
        if (before is not null)
            await before.DisposeAsync().ConfigureAwait(false);
        var tunnel = new RdsIamTunnel(options);
        try
        {
            _ = tunnel.ConnectionString;
            lock (_lock)
            {
                if (_forContainers is { } known)
                    tunnel.Listen(known.Address, known.Port);
                _leadsTo = leadsTo;
                _tunnel = tunnel;
            }
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

    // Not before a container asks: the bridge can be reached by every container of this machine, though none knows the password.
    private string ForContainers(string connectionString)
    {
        lock (_lock)
            _forContainers ??= Current.Listen(ContainerSide.Address);
        return new DbConnectionStringBuilder
        {
            ConnectionString = connectionString,
            ["Server"] = ContainerSide.HostName,
            ["Port"] = _forContainers.Port.ToString(CultureInfo.InvariantCulture),
        }.ConnectionString;
    }

    private static SessionAWSCredentials LocalCredentials(LocalAwsIdentity identity) =>
        new(identity.Principal.AccessKeyId, identity.Principal.SecretAccessKey, identity.Principal.SessionToken);

    /// <summary>One part of the connection string.</summary>
    internal sealed class ConnectionPart(TunnelFront front, string name) : IValueProvider, IManifestExpressionProvider
    {
        public string ValueExpression => front.ValueExpression;

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
            PartAsync(front.GetValueAsync(cancellationToken));

        public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
            PartAsync(front.GetValueAsync(context, cancellationToken));

        private async ValueTask<string?> PartAsync(ValueTask<string?> connectionString)
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = await connectionString.ConfigureAwait(false) };
            return parts.TryGetValue(name, out var part) ? part.ToString() : null;
        }
    }
}
