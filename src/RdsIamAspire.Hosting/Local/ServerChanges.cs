using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>A mysqld that dies under an AppHost: one line in the endpoint's log for each thing that happens to it, and its state.</summary>
internal static class ServerChanges
{
    private static readonly ResourceStateSnapshot Restarting = new("Restarting", KnownResourceStateStyles.Warn);

    /// <summary>Not one of Aspire's last states: those would end whoever waits for the endpoint, and a restart brings it back.</summary>
    private static readonly ResourceStateSnapshot Gone = new("Server gone", KnownResourceStateStyles.Error);

    /// <param name="local">The server's place in the AppHost.</param>
    /// <param name="server">The server.</param>
    /// <param name="services">The AppHost's.</param>
    /// <param name="log">The endpoint's log.</param>
    /// <param name="gone">Called when the server does not come back.</param>
    internal static void Follow(
        LocalRdsServer local, ILocalMySqlServer server, IServiceProvider services, ILogger log, Action gone)
    {
        // The handlers' thread is the server's; what is to be said is said in order on another.
        var changes = Channel.CreateUnbounded<LocalMySqlServerStateChange>(new() { SingleReader = true });
        server.StateChanged += (_, change) => changes.Writer.TryWrite(change);
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _ = SayAsync(changes.Reader, local, services.GetRequiredService<ResourceNotificationService>(), log, gone, stopping);
    }

    private static async Task SayAsync(
        ChannelReader<LocalMySqlServerStateChange> changes,
        LocalRdsServer local,
        ResourceNotificationService notifications,
        ILogger log,
        Action gone,
        CancellationToken stopping)
    {
        try
        {
            await foreach (var change in changes.ReadAllAsync(stopping).ConfigureAwait(false))
            {
                await SayAsync(change, local, notifications, log, gone, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private static async Task SayAsync(
        LocalMySqlServerStateChange change,
        LocalRdsServer local,
        ResourceNotificationService notifications,
        ILogger log,
        Action gone,
        CancellationToken stopping)
    {
        var owner = local.Owner;
        switch (change.State)
        {
            case LocalMySqlServerState.Restarting:
                LifecycleLog.ServerDied(log, change.Message);
                await RdsLifecycle.PublishStateAsync(owner, notifications, Restarting).ConfigureAwait(false);
                break;
            case LocalMySqlServerState.Running:
                if (Judging(local).Emulator is { } emulator && await TryReattachAsync(emulator, stopping).ConfigureAwait(false))
                {
                    LifecycleLog.ServerBack(log, change.Message);
                    await RdsLifecycle.PublishStateAsync(owner, notifications, KnownResourceStates.Running).ConfigureAwait(false);
                }

                break;
            default:
                gone();
                LifecycleLog.ServerDied(log, $"{change.Message} The restart command of '{owner.Name}' does so.");
                var detached = Judging(local).DetachAsync();
                await RdsLifecycle.PublishStateAsync(owner, notifications, Gone).ConfigureAwait(false);
                await detached.ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Of a cluster's two servers the first has the emulator of both.</summary>
    private static LocalRdsServer Judging(LocalRdsServer local) => local.Owner.Cluster?.First ?? local;

    /// <returns>Whether logins are judged again; a server that died once more has a change of its own to tell.</returns>
    private static async Task<bool> TryReattachAsync(RdsIamEmulator emulator, CancellationToken stopping)
    {
        try
        {
            await emulator.ReattachAsync(stopping).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is MySqlException or EmulatorAttachException or ObjectDisposedException)
        {
            return false;
        }
    }
}
