using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// What an endpoint does between the start and the stop of the AppHost: waits for what it waits for, brings up its local server where it has one,
/// and says on the dashboard where it stands.
/// </summary>
internal static class RdsLifecycle
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
    internal static async Task StartAsync(RdsMySqlResource server, IServiceProvider services, ILogger log, CancellationToken cancellationToken)
    {
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        var isFirst = server.Local is not { Attachments: > 0 };
        await PublishStateAsync(server, notifications, KnownResourceStates.Starting).ConfigureAwait(false);
        if (server.Local is { } local)
        {
            var emulator = await local.AttachAsync(services, log, cancellationToken).ConfigureAwait(false);
            var ownKey = services.GetRequiredService<LocalAwsIdentity>().HealthPrincipal.AccessKeyId;
            emulator.LoginJudged += (_, attempt) => LoginLog.Write(log, attempt, isOwnCheck: attempt.AccessKeyId == ownKey);
        }

        var properties = await PropertiesAsync(server, cancellationToken).ConfigureAwait(false);
        server.Local?.Attempted();
        await PublishStateAsync(server, notifications, KnownResourceStates.Running, properties).ConfigureAwait(false);
        if (isFirst)
        {
            var eventing = services.GetRequiredService<IDistributedApplicationEventing>();
            foreach (var resource in Visible(server))
            {
                await eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>As <see cref="StartAsync"/>; what goes wrong is said on the dashboard, beside the resource that it stopped.</summary>
    /// <returns>What went wrong; <see langword="null"/> where the endpoint runs.</returns>
    internal static async Task<string?> TryStartAsync(RdsMySqlResource server, IServiceProvider services, ILogger log, CancellationToken cancellationToken)
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
            // What these types say is complete; a stack trace would only hide it.
            var isExplained = exception is DistributedApplicationException or LocalMySqlServerException or EmulatorAttachException;
            LifecycleLog.Failed(log, isExplained ? null : exception, server.Name, exception.Message);
            server.Local?.Attempted();
            await PublishStateAsync(server, services.GetRequiredService<ResourceNotificationService>(), KnownResourceStates.FailedToStart).ConfigureAwait(false);
            return exception.Message;
        }
    }

    /// <summary>Shows the faults that are set, and has the health of the endpoint looked at now instead of in half a minute: Aspire does so when a state changes.</summary>
    internal static async Task PublishFaultsAsync(RdsMySqlResource server, ResourceNotificationService notifications, EmulatorFaults faults)
    {
        await PublishStateAsync(server, notifications, ChangingState).ConfigureAwait(false);
        await PublishStateAsync(server, notifications, KnownResourceStates.Running, [Faults(faults)]).ConfigureAwait(false);
    }

    private static IEnumerable<IResource> Visible(RdsMySqlResource server) => server.DatabaseResources.Where(static d => !d.IsStandIn).Prepend<IResource>(server);

    private static string Describe(EmulatorFaults faults)
    {
        var set = new List<string>();
        if (faults.DenyConnect)
        {
            set.Add("connect denied");
        }

        if (faults.ClockSkew != TimeSpan.Zero)
        {
            set.Add(string.Create(CultureInfo.InvariantCulture, $"clock {faults.ClockSkew.TotalSeconds:+0;-0} s"));
        }

        return set.Count == 0 ? "none" : string.Join(", ", set);
    }

    internal static async Task PublishStateAsync(RdsMySqlResource server, ResourceNotificationService notifications, string state, ImmutableArray<ResourcePropertySnapshot>? properties = null)
    {
        var now = DateTime.UtcNow;
        foreach (var resource in Visible(server))
        {
            await notifications.PublishUpdateAsync(resource, snapshot => snapshot with
            {
                State = state,
                StartTimeStamp = state == KnownResourceStates.Running ? snapshot.StartTimeStamp ?? now : snapshot.StartTimeStamp,
                Properties = resource == server && properties is { } values ? Merge(snapshot.Properties, values) : snapshot.Properties,
            }).ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(RdsMySqlResource server, InitializeResourceEvent @event, CancellationToken cancellationToken)
    {
        try
        {
            // WaitFor on this resource is honoured by this event, and by nothing else.
            await @event.Eventing.PublishAsync(new BeforeResourceStartedEvent(server, @event.Services), cancellationToken).ConfigureAwait(false);
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

    /// <summary>A container that was stopped and started again is a new server: the emulator is attached to it anew. So it is to one that did not start at first.</summary>
    private static async Task FollowAsync(RdsMySqlResource server, LocalRdsServer local, IResource container, InitializeResourceEvent @event, CancellationToken cancellationToken)
    {
        var isUp = local.Attachments > 0;
        await foreach (var update in @event.Notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (update.Resource != container || update.Snapshot.State?.Text is not { } state)
            {
                continue;
            }

            if (isUp && KnownResourceStates.TerminalStates.Contains(state))
            {
                isUp = false;
                LifecycleLog.ServerGone(@event.Logger, container.Name, state);
                await local.DetachAsync().ConfigureAwait(false);
                await PublishStateAsync(server, @event.Notifications, KnownResourceStates.Waiting).ConfigureAwait(false);
            }
            else if (!isUp && state == KnownResourceStates.Running)
            {
                isUp = true;
                await TryStartAsync(server, @event.Services, @event.Logger, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<ImmutableArray<ResourcePropertySnapshot>> PropertiesAsync(RdsMySqlResource server, CancellationToken cancellationToken)
    {
        var host = await server.Host.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var port = await server.Port.GetValueAsync(cancellationToken).ConfigureAwait(false);
        var region = server.Region is { } given ? await given.GetValueAsync(cancellationToken).ConfigureAwait(false) : null;
        var properties = ImmutableArray.CreateBuilder<ResourcePropertySnapshot>();
        properties.Add(Shown(0, "rds.endpoint", "Endpoint", string.Create(CultureInfo.InvariantCulture, $"{host}:{port}")));
        properties.Add(Shown(1, "rds.region", "Region", region ?? "from the host name"));
        properties.Add(Shown(2, "rds.users", "IAM users", string.Join(", ", LocalUsers.Of(server).Select(static u => u.User))));
        if (server.Local is { Emulator: { } emulator } local)
        {
            properties.Add(Shown(5, "rds.server", "Local server", local.Description));
            properties.Add(Shown(3, "rds.resource.arn", "Resource ARN", string.Join(", ", LocalUsers.Of(server).Select(u => new RdsDbUserArn(emulator.Region, emulator.AccountId, emulator.ResourceId, u.User).ToString()))));
            properties.Add(Shown(4, "rds.ca.certificate", "CA certificate", await local.CaCertificatePath.GetValueAsync(cancellationToken).ConfigureAwait(false)));
            properties.Add(Faults(emulator.Faults));
        }

        return properties.ToImmutable();
    }

    /// <summary>A property that stands in the resource's details without being asked for.</summary>
    private static ResourcePropertySnapshot Shown(int place, string name, string displayName, object? value) =>
        new(name, value) { DisplayName = displayName, IsHighlighted = true, SortOrder = place };

    private static ResourcePropertySnapshot Faults(EmulatorFaults faults) => Shown(6, "rds.faults", "Faults", Describe(faults));

    private static ImmutableArray<ResourcePropertySnapshot> Merge(ImmutableArray<ResourcePropertySnapshot> old, ImmutableArray<ResourcePropertySnapshot> fresh) =>
        [.. old.Where(o => fresh.All(f => f.Name != o.Name)), .. fresh];
}

internal static partial class LifecycleLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource} did not start: {Reason}")]
    internal static partial void Failed(ILogger logger, Exception? exception, string resource, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} is {State}; logins wait until it runs again.")]
    internal static partial void ServerGone(ILogger logger, string server, string state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} takes no login yet: {Reason}")]
    internal static partial void StillWaiting(ILogger logger, string server, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} takes logins after {Seconds:0.0} s.")]
    internal static partial void ServerReady(ILogger logger, string server, double seconds);
}
