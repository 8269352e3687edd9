using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Health;
using RdsIamAspire.Hosting.Telemetry;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// What an endpoint does between the start and the stop of the AppHost: waits for what it waits for, brings up its local server where it
/// has one,
/// and says on the dashboard where it stands.
/// </summary>
internal static partial class RdsLifecycle
{
    /// <summary>Shown for the moment in which a fault is put in or taken out.</summary>
    private const string ChangingState = "Changing";

    internal static IResourceBuilder<RdsMySqlResource> WithRdsLifecycle(this IResourceBuilder<RdsMySqlResource> builder)
    {
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        return builder.OnInitializeResource(static (server, @event, cancellationToken) => RunAsync(server, @event, cancellationToken));
    }

    /// <summary>Starts (or starts again) the endpoint and reports what becomes of it.</summary>
    internal static async Task StartAsync(
        RdsMySqlResource server, IServiceProvider services, ILogger log, CancellationToken cancellationToken)
    {
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        var isFirst = server.Local is not { Attachments: > 0 };
        // Known from the model alone, so it is not said after a whole server has started.
        _ = LocalUsers.Of(server).ToArray();
        foreach (var endpoint in Endpoints(server))
        {
            await PublishStateAsync(
                endpoint, notifications, KnownResourceStates.Starting, RdsProperties.BeforeStart(endpoint)).ConfigureAwait(false);
        }

        if (server.Local is { } local)
        {
            var emulator = await local.AttachAsync(services, log, cancellationToken).ConfigureAwait(false);
            var ownKey = services.GetRequiredService<LocalAwsIdentity>().HealthPrincipal.AccessKeyId;
            var console = LifecycleLog.Console(services);
            emulator.LoginJudged += (_, attempt) =>
            {
                // A denial stands where a developer looks first, and on the console for whoever has no dashboard open.
                var isOwnCheck = attempt.AccessKeyId == ownKey;
                LoginLog.Write(log, attempt, isOwnCheck);
                LoginLog.Write(console, attempt, isOwnCheck);
            };
            services.GetRequiredService<LoginTelemetry>().Follow(server.Name, emulator, ownKey);
        }
        else
        {
            if (server is { Named: { Via: { } way } named, Way: null })
            {
                LifecycleLog.NoTunnel(log, named.Name, way, server.Name);
            }

            if (server.Named is { ReadOnly: true } kept)
            {
                LifecycleLog.NotReadOnly(log, kept.Name, server.Name);
            }

            await WaitForParametersAsync(server, services, log, cancellationToken).ConfigureAwait(false);
        }

        var properties = await RdsProperties.OfAsync(server, cancellationToken).ConfigureAwait(false);
        server.Local?.Attempted();
        var state = server.Local is null ? KnownResourceStates.Starting : KnownResourceStates.Running;
        foreach (var reader in Endpoints(server).Skip(1))
        {
            var shown = await RdsProperties.OfAsync(reader, cancellationToken).ConfigureAwait(false);
            await PublishStateAsync(reader, notifications, state, shown).ConfigureAwait(false);
        }

        await PublishStateAsync(server, notifications, state, properties).ConfigureAwait(false);
        if (isFirst)
        {
            var eventing = services.GetRequiredService<IDistributedApplicationEventing>();
            foreach (var resource in Endpoints(server).SelectMany(Visible))
            {
                await eventing.PublishAsync(
                    new ConnectionStringAvailableEvent(resource, services), cancellationToken).ConfigureAwait(false);
            }
        }

        if (server.Local is null)
        {
            await Task.WhenAll(Visible(server).Select(
                resource => WaitForLoginAsync(resource, server, services, cancellationToken))).ConfigureAwait(false);
        }
    }

    /// <summary>An endpoint on AWS runs whether or not this machine may log in; its row says Running when it may.</summary>
    private static async Task WaitForLoginAsync(
        IResource resource, RdsMySqlResource server, IServiceProvider services, CancellationToken cancellationToken)
    {
        var login = services.GetRequiredService<EndpointLogin>();
        await login.WaitAsync((IResourceWithConnectionString)resource, server, cancellationToken).ConfigureAwait(false);
        var now = DateTime.UtcNow;
        await services.GetRequiredService<ResourceNotificationService>().PublishUpdateAsync(
            resource,
            snapshot => snapshot with { State = KnownResourceStates.Running, StartTimeStamp = snapshot.StartTimeStamp ?? now })
            .ConfigureAwait(false);
    }

    /// <summary>As <see cref="StartAsync"/>; what goes wrong is said on the dashboard, beside the resource that it stopped.</summary>
    /// <returns>What went wrong; <see langword="null"/> where the endpoint runs.</returns>
    internal static async Task<string?> TryStartAsync(
        RdsMySqlResource server, IServiceProvider services, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            await StartAsync(server, services, log, cancellationToken).ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Whatever went wrong belongs on the dashboard.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (AppHostEnd.IsWhy(exception, services))
            {
                return "The AppHost stops.";
            }

            // What these types say is complete; a stack trace would only hide it.
            var isExplained = exception is DistributedApplicationException or LocalMySqlServerException or EmulatorAttachException;
            var reason = WithoutOptions(exception.Message);
            LifecycleLog.Failed(log, isExplained ? null : exception, server.Name, reason);
            // And on the console, for whoever has no dashboard open.
            LifecycleLog.Failed(LifecycleLog.Console(services), exception: null, server.Name, reason);
            server.Local?.Attempted();
            TellWaiters(server, services, reason);
            var notifications = services.GetRequiredService<ResourceNotificationService>();
            await PublishStateAsync(server, notifications, KnownResourceStates.FailedToStart).ConfigureAwait(false);
            return reason;
        }
    }

    /// <summary>
    /// Shows the faults that are set, and has the health of the endpoint looked at now instead of in half a minute: Aspire does so when a
    /// state changes.
    /// </summary>
    internal static async Task PublishFaultsAsync(RdsMySqlResource server, ResourceNotificationService notifications, EmulatorFaults faults)
    {
        // One emulator judges at both endpoints of a cluster.
        foreach (var endpoint in Endpoints(server is { Writer: { } writer, Local: not null } ? writer : server))
        {
            await PublishStateAsync(endpoint, notifications, ChangingState).ConfigureAwait(false);
            await PublishStateAsync(endpoint, notifications, KnownResourceStates.Running, RdsProperties.Of(faults)).ConfigureAwait(false);
        }
    }

    /// <summary>Shows which instances are behind the endpoints of a cluster, after a failover.</summary>
    internal static async Task PublishInstancesAsync(RdsMySqlResource writer, ResourceNotificationService notifications)
    {
        foreach (var endpoint in Endpoints(writer))
        {
            if (writer.Cluster?.InstanceOf(endpoint) is { } instance)
            {
                var shown = RdsProperties.OfInstance(instance);
                await PublishStateAsync(endpoint, notifications, KnownResourceStates.Running, shown).ConfigureAwait(false);
            }
        }
    }

    /// <summary>An endpoint, and the reader that runs where it runs.</summary>
    private static IEnumerable<RdsMySqlResource> Endpoints(RdsMySqlResource server) =>
        server is { Reader: { } reader, Cluster: not null } ? [server, reader] : [server];

    /// <summary>Shows a state of the endpoint and of its databases, and properties with it.</summary>
    internal static async Task PublishStateAsync(
        RdsMySqlResource server, ResourceNotificationService notifications, ResourceStateSnapshot? state, RdsProperties? properties = null)
    {
        var now = DateTime.UtcNow;
        // A state of the writer's is one of its reader's; what they show is not.
        var affected = properties is null ? Endpoints(server).SelectMany(Visible) : Visible(server);
        foreach (var resource in affected)
        {
            await notifications.PublishUpdateAsync(resource, snapshot => snapshot with
            {
                State = state,
                StartTimeStamp = state?.Text == KnownResourceStates.Running ? snapshot.StartTimeStamp ?? now : snapshot.StartTimeStamp,
                Properties = properties is null ? snapshot.Properties : properties.AddTo(resource, snapshot.Properties),
                Urls = properties?.Url is { } url ? [url] : snapshot.Urls,
            }).ConfigureAwait(false);
        }
    }

    /// <summary>What stands on the dashboard; a database that stands in for another resource has a row of that one.</summary>
    internal static IEnumerable<IResource> Visible(RdsMySqlResource server) =>
        server.DatabaseResources.Where(static d => !d.IsStandIn).Prepend<IResource>(server);

    private static async Task RunAsync(RdsMySqlResource server, InitializeResourceEvent @event, CancellationToken cancellationToken)
    {
        try
        {
            // WaitFor on this resource is honoured by this event, and by nothing else.
            await @event.Eventing.PublishAsync(
                new BeforeResourceStartedEvent(server, @event.Services), cancellationToken).ConfigureAwait(false);
            if (server is { Writer: not null, Local: not null })
            {
                return; // It is started, followed and shown with its writer.
            }

            await TryStartAsync(server, @event.Services, @event.Logger, cancellationToken).ConfigureAwait(false);
            if (server.Local is { ServerResource: { } container } local)
            {
                await FollowAsync(server, local, container, @event, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>
    /// A container that was stopped and started again is a new server: the emulator is attached to it anew. So it is to one that did not
    /// start at first.
    /// </summary>
    private static async Task FollowAsync(
        RdsMySqlResource server,
        LocalRdsServer local,
        IResource container,
        InitializeResourceEvent @event,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<IResource> containers = server.Cluster?.ServerResources ?? [container];
        // A server that is there though its endpoint did not start (a script of the AppHost's failed, say) is tried anew when it is
        // another, not because its state is read once more.
        var isUp = local.Attachments > 0 || containers.All(IsRunning);
        var down = new HashSet<IResource>(isUp ? [] : containers);
        await foreach (var update in @event.Notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!containers.Contains(update.Resource) || update.Snapshot.State?.Text is not { } state)
            {
                continue;
            }

            if (state == KnownResourceStates.Stopping || KnownResourceStates.TerminalStates.Contains(state))
            {
                down.Add(update.Resource);
                if (!isUp || AppHostEnd.IsNear(@event.Services))
                {
                    continue;
                }

                isUp = false;
                LifecycleLog.ServerGone(@event.Logger, update.Resource.Name, state);
                LifecycleLog.ServerGone(LifecycleLog.Console(@event.Services), update.Resource.Name, state);
                // The state first: letting go of a server that does not answer takes a while.
                var detached = local.DetachAsync();
                await PublishStateAsync(server, @event.Notifications, KnownResourceStates.Waiting).ConfigureAwait(false);
                await detached.ConfigureAwait(false);
            }
            else if (state == KnownResourceStates.Running && IsLastToCome(update.Resource) && !isUp)
            {
                isUp = true;
                var isAnother = local.Attachments > 0;
                var problem = await TryStartAsync(server, @event.Services, @event.Logger, cancellationToken).ConfigureAwait(false);
                if (problem is null && isAnother && !local.KeepsData && server.Cluster is null)
                {
                    LifecycleLog.NewServer(@event.Logger, container.Name);
                }
            }
        }

        bool IsRunning(IResource resource) =>
            @event.Notifications.TryGetCurrentState(resource.Name, out var now)
            && now.Snapshot.State?.Text == KnownResourceStates.Running;

        bool IsLastToCome(IResource resource)
        {
            down.Remove(resource);
            return down.Count == 0;
        }
    }
}
