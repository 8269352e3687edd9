using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Hosting.Tunnel;

/// <summary>What a tunnel does between the start and the stop of the AppHost, and what the dashboard shows of it.</summary>
internal static class TunnelLifecycle
{
    internal static async Task RunAsync(RdsTunnelResource resource, InitializeResourceEvent @event, CancellationToken cancellationToken)
    {
        var notifications = @event.Notifications;
        try
        {
            await PublishAsync(KnownResourceStates.Waiting).ConfigureAwait(false);
            // An endpoint on AWS runs whether or not this machine can log in to it from here: its address is what is waited for.
            await notifications.WaitForResourceAsync(
                resource.Parent.Name,
                one => resource.Parent.Local is null
                    ? one.Snapshot.Urls.Length > 0
                    : one.Snapshot.State?.Text == KnownResourceStates.Running,
                cancellationToken).ConfigureAwait(false);
            var starting = new BeforeResourceStartedEvent(resource, @event.Services);
            await @event.Eventing.PublishAsync(starting, cancellationToken).ConfigureAwait(false);
            var log = new ResourceLogging(@event.Logger);
            try
            {
                await ServeAsync(log).ConfigureAwait(false);
            }
            finally
            {
                if (resource.Front.HasStarted)
                    await resource.Front.Current.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (AppHostEnd.IsWhy(exception, @event.Services))
        {
            resource.Front.Failed(exception);
        }
#pragma warning disable CA1031 // Whatever went wrong belongs on the dashboard.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            resource.Front.Failed(exception);
            LifecycleLog.Failed(@event.Logger, null, resource.Name, exception.Message);
            await PublishAsync(KnownResourceStates.FailedToStart).ConfigureAwait(false);
        }

        async Task ServeAsync(ResourceLogging log)
        {
            await LeadAsync(cancellationToken).ConfigureAwait(false);
            var stopping = @event.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
            var available = new ConnectionStringAvailableEvent(resource, @event.Services);
            await @event.Eventing.PublishAsync(available, stop.Token).ConfigureAwait(false);
            try
            {
                // A server that was started anew may be elsewhere.
                await foreach (var change in notifications.WatchAsync(stop.Token).ConfigureAwait(false))
                {
                    if (change.Resource == resource.Parent && change.Snapshot.State?.Text == KnownResourceStates.Running)
                        await LeadAsync(stop.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
            }

            await resource.Front.Current.StopAsync(cancellationToken).ConfigureAwait(false);

            async Task LeadAsync(CancellationToken cancellation)
            {
                if (await resource.Front.FollowAsync(@event.Services, log, cancellation).ConfigureAwait(false) is not { } tunnel)
                    return;
                tunnel.SessionsChanged += (_, _) => _ = PublishRunningAsync(tunnel);
                await PublishRunningAsync(tunnel).ConfigureAwait(false);
            }
        }

        Task PublishAsync(string state) => notifications.PublishUpdateAsync(resource, snapshot => snapshot with { State = state });

        Task PublishRunningAsync(RdsIamTunnel tunnel) => notifications.PublishUpdateAsync(resource, snapshot => snapshot with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = snapshot.StartTimeStamp ?? DateTime.UtcNow,
            Properties = Properties(resource, tunnel),
            Urls = [new UrlSnapshot("mysql", $"tcp://{tunnel.EndPoint}", IsInternal: false)],
        });
    }

    private static ImmutableArray<ResourcePropertySnapshot> Properties(RdsTunnelResource resource, RdsIamTunnel tunnel) =>
    [
        new(CustomResourceKnownProperties.Source, LeadsTo(resource, tunnel)),
        Shown(0, "rds.tunnel.address", "Address", tunnel.EndPoint.ToString()),
        Shown(1, "rds.tunnel.user", "User", tunnel.User),
        Shown(2, "rds.tunnel.password", "Password", tunnel.Password) with { IsSensitive = true },
        Shown(3, "rds.tunnel.client", "mysql client", TunnelFront.ClientLine(tunnel)),
        Shown(4, "rds.tunnel.connection", "Connection string", tunnel.ConnectionString) with { IsSensitive = true },
        Shown(5, "rds.tunnel.sessions", "Open sessions", tunnel.OpenSessions),
    ];

    /// <summary>Where it leads, as whom and, to an endpoint that is not dialled from here, which way.</summary>
    private static string LeadsTo(RdsTunnelResource resource, RdsIamTunnel tunnel) =>
        $"{resource.Target.Name} as {tunnel.User}" + (resource is { Via: { } way, Parent.Local: null } ? $" via {way}" : string.Empty);

    private static ResourcePropertySnapshot Shown(int place, string name, string displayName, object? value) =>
        new(name, value) { DisplayName = displayName, IsHighlighted = true, SortOrder = place };

    /// <summary>The tunnel's lines go to the resource's own log.</summary>
    private sealed class ResourceLogging(ILogger log) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }
}
