using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Redirection;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The local server as a container that Aspire runs: on the dashboard, on the container network, gone with the AppHost.</summary>
internal sealed class ContainerRdsServer(
    RdsMySqlResource owner,
    ContainerResource container,
    EndpointReference endpoint,
    Func<CancellationToken, Task<MySqlAdministrator>> administrator,
    string region,
    LocalServerFiles files)
    : LocalRdsServer(owner, region)
{
    private const int ServerPort = 3306;

    private string? _portProblem;
    private string? _adminConnectionString;

    internal override ReferenceExpression Host { get; } = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}");

    internal override ReferenceExpression Port { get; } = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Port)}");

    internal override LocalCaCertificatePath CaCertificatePath { get; } = new(owner.Name, _ => new(files.CaCertificatePath));

    internal override IResource ServerResource => container;

    internal override string Description => container.TryGetContainerImageName(out var image) ? image : container.Name;

    /// <summary>What other containers may call the server: Aspire's two aliases, and a host's way in.</summary>
    internal static string[] NamesOf(string containerName) =>
        ["localhost", "127.0.0.1", "::1", containerName, $"{containerName}.dev.internal", KnownHostNames.DockerDesktopHostBridge];

    /// <summary>A fixed port that something else listens on is told as such; without this the orchestrator waits for it without a word.</summary>
    internal override void PrepareStart(IDistributedApplicationBuilder builder)
    {
        builder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            var isRandomized = builder.Configuration["DcpPublisher:RandomizePorts"] is { } randomize && bool.TryParse(randomize, out var value) && value;
            _portProblem = FixedPort.Of(container, isRandomized) is { } port && !MysqldServer.IsFree(port) ? FixedPort.Problem(port, container.Name) : null;
            return Task.CompletedTask;
        });
        builder.Eventing.Subscribe<BeforeResourceStartedEvent>(container, (_, _) => _portProblem is { } problem ? throw new DistributedApplicationException(problem) : Task.CompletedTask);
    }

    internal override async Task<string?> RestartAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        // The agent lets go first, or mysqld waits for its long polls to end.
        await DetachAsync().ConfigureAwait(false);
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        var isThere = notifications.TryGetCurrentState(container.Name, out var now) && now.Snapshot.State?.Text == KnownResourceStates.Running;
        if (isThere && _adminConnectionString is { } admin)
        {
            await RdsLifecycle.PublishStateAsync(Owner, notifications, KnownResourceStates.Stopping).ConfigureAwait(false);
            if (await TryRestartInPlaceAsync(admin, cancellationToken).ConfigureAwait(false))
            {
                return await RdsLifecycle.TryStartAsync(Owner, services, services.GetRequiredService<ResourceLoggerService>().GetLogger(Owner), cancellationToken).ConfigureAwait(false);
            }
        }

        // The endpoint follows its container: it attaches again when that runs.
        var before = Attempts;
        var result = await services.GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(container, isThere ? KnownResourceCommands.RestartCommand : KnownResourceCommands.StartCommand, cancellationToken).ConfigureAwait(false);
        if (!result.Success)
        {
            return $"Container '{container.Name}' did not restart: {result.Message}";
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var followed = notifications.WaitForResourceAsync(Owner.Name, e => Attempts > before && e.Snapshot.State?.Text is { } state && (state == KnownResourceStates.Running || KnownResourceStates.TerminalStates.Contains(state)), either.Token);
        var ended = notifications.WaitForResourceAsync(container.Name, [KnownResourceStates.FailedToStart, KnownResourceStates.RuntimeUnhealthy], either.Token);
        var first = await Task.WhenAny(followed, ended).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first == ended ? EndOf(container.Name, Owner.Name, await ended.ConfigureAwait(false))
            : (await followed.ConfigureAwait(false)).Snapshot.State?.Text == KnownResourceStates.Running ? null
            : $"'{Owner.Name}' did not start again; its log says why.";
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        files.Dispose();
    }

    protected override async Task<ServerAccess> WaitForServerAsync(IServiceProvider services, ILogger logger, CancellationToken cancellationToken)
    {
        if (_portProblem is { } problem)
        {
            throw new DistributedApplicationException(problem);
        }

        return await UnlessEndedAsync(stop => WaitForLoginAsync(logger, stop), services.GetRequiredService<ResourceNotificationService>(), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ServerAccess> WaitForLoginAsync(ILogger logger, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var host = await endpoint.Property(EndpointProperty.Host).GetValueAsync(cancellationToken).ConfigureAwait(false);
        var port = int.Parse((await endpoint.Property(EndpointProperty.Port).GetValueAsync(cancellationToken).ConfigureAwait(false))!, CultureInfo.InvariantCulture);
        var (user, password) = await administrator(cancellationToken).ConfigureAwait(false);
        var admin = new MySqlConnectionStringBuilder
        {
            Server = host,
            Port = (uint)port,
            UserID = user,
            Password = password,
            SslMode = MySqlSslMode.VerifyFull,
            SslCa = files.CaCertificatePath,
            ConnectionTimeout = 5,
        };
        await ServerProbe.WaitForLoginAsync(admin.ConnectionString, container.Name, logger, cancellationToken).ConfigureAwait(false);
        _adminConnectionString = admin.ConnectionString;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        LifecycleLog.ServerReady(logger, container.Name, seconds);

        return new(
            admin.ConnectionString,
            [
                .. new[] { "localhost", "127.0.0.1", "::1", KnownHostNames.DockerDesktopHostBridge }.Select(name => new EmulatorEndpoint(name, port)),
                new(container.Name, ServerPort),
                new($"{container.Name}.dev.internal", ServerPort),
            ]);
    }

    /// <summary>A container that ended, or that has no engine to run on, will take no login: waiting for one would never end.</summary>
    private async Task<ServerAccess> UnlessEndedAsync(Func<CancellationToken, Task<ServerAccess>> wait, ResourceNotificationService notifications, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = notifications.WaitForResourceAsync(container.Name, [.. KnownResourceStates.TerminalStates, KnownResourceStates.RuntimeUnhealthy], either.Token);
        var access = wait(either.Token);
        var first = await Task.WhenAny(access, ended).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        if (first == access || cancellationToken.IsCancellationRequested)
        {
            return await access.ConfigureAwait(false);
        }

        await ((Task)access).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw new DistributedApplicationException(EndOf(container.Name, Owner.Name, await ended.ConfigureAwait(false)));
    }

    /// <summary>What to do about a container that will take no login.</summary>
    internal static string EndOf(string containerName, string ownerName, string state) =>
        state == KnownResourceStates.RuntimeUnhealthy
            ? $"No container engine answers, so '{containerName}' cannot run. Start Docker (or Podman): '{ownerName}' follows by itself. To work without one, call .RunAsLocalServer() on '{ownerName}' instead of .RunAsContainer()."
            : $"Container '{containerName}' ended ({state}) before it took a login. Its own log says why; a missing image or a taken port is the usual cause.";

    /// <returns>Whether the server is on its way up again; <see langword="false"/> where it is not there, or has nobody who would start it.</returns>
    private static async Task<bool> TryRestartInPlaceAsync(string adminConnectionString, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(adminConnectionString + ";Pooling=false");
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
                using var restart = new MySqlCommand("RESTART", connection);
                await restart.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (MySqlException)
            {
                return false;
            }

            // The old server is gone when a connection to it breaks.
            while (await connection.PingAsync(cancellationToken).ConfigureAwait(false))
            {
                await Task.Delay(20, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
    }
}
