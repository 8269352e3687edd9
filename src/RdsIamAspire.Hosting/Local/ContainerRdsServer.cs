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
    LocalServerFiles files,
    ServerImage? image = null)
    : LocalRdsServer(owner, region)
{
    private const int ServerPort = 3306;

    private string? _portProblem;
    private string? _imageProblem;
    private string? _adminConnectionString;

    internal override ReferenceExpression Host { get; } = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}");

    internal override ReferenceExpression Port { get; } = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Port)}");

    internal override LocalCaCertificatePath CaCertificatePath { get; } = new(owner.Name, _ => new(files.CaCertificatePath));

    internal override IResource ServerResource => container;

    /// <summary>Makes the container of a second server, where there can be one.</summary>
    internal Func<IResourceBuilder<RdsMySqlResource>, ContainerRdsServer>? SecondContainer { get; set; }

    internal override LocalRdsServer? CreateSecond(IResourceBuilder<RdsMySqlResource> builder) => SecondContainer?.Invoke(builder);

    internal override int? AskedPort(bool areRandomized) => FixedPort.Of(container, areRandomized);

    internal override async Task RestartAsSecondAsync(CancellationToken cancellationToken)
    {
        if (_adminConnectionString is { } admin)
        {
            await InPlaceRestart.TryAsync(admin, cancellationToken).ConfigureAwait(false);
        }
    }

    internal override string Description =>
        image is { AwaitsEngine: true } ? "a container, once an engine answers"
        : image?.Source ?? (container.TryGetContainerImageName(out var name) ? name : container.Name);

    internal override bool KeepsData => ServerData.IsKept(container);

    /// <summary>What other containers may call the server: Aspire's two aliases, and a host's way in.</summary>
    internal static string[] NamesOf(string containerName) =>
        ["localhost", "127.0.0.1", "::1", containerName, $"{containerName}.dev.internal", KnownHostNames.DockerDesktopHostBridge];

    /// <summary>
    /// What would keep the container from starting is told as such, and its image is made where it is missing: without this the
    /// orchestrator waits
    /// for a taken port without a word.
    /// </summary>
    internal override void PrepareStart(IDistributedApplicationBuilder builder)
    {
        builder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
        {
            _ = bool.TryParse(builder.Configuration["DcpPublisher:RandomizePorts"], out var isRandomized);
            var port = FixedPort.Of(container, isRandomized);
            _portProblem = port is { } number && !MysqldServer.IsFree(number) ? FixedPort.Problem(number, container.Name) : null;
            return Task.CompletedTask;
        });
        builder.Eventing.Subscribe<BeforeResourceStartedEvent>(container, async (@event, cancellationToken) =>
        {
            if (_portProblem is { } problem)
            {
                throw new DistributedApplicationException(problem);
            }

            if (!Owner.HasUsers)
            {
                throw new DistributedApplicationException(
                    $"'{container.Name}' is not started, since '{Owner.Name}' has no user to log in as; its log says more.");
            }

            if (image is not null)
            {
                if (image.AwaitsEngine)
                {
                    await WaitForEngineAsync(image, @event.Services, cancellationToken).ConfigureAwait(false);
                }

                var log = @event.Services.GetRequiredService<ResourceLoggerService>().GetLogger(Owner);
                var progress = new StartProgress(Owner, @event.Services, log);
                var loggers = @event.Services.GetRequiredService<ILoggerFactory>();
                _imageProblem = null;
                try
                {
                    await image.MakeAsync(
                        new ServerLog(new LocalMySqlServerOptions { LoggerFactory = loggers, Progress = progress }),
                        cancellationToken).ConfigureAwait(false);
                }
                catch (LocalMySqlServerException exception)
                {
                    // Said once, by the endpoint; the orchestrator writes what is thrown here with its stack.
                    _imageProblem = image.Explain(exception, container.Name);
                    throw new DistributedApplicationException(_imageProblem);
                }

                await progress.EndAsync().ConfigureAwait(false);
            }
        });
    }

    internal override async Task<RestartResult> RestartAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        // The agent lets go first, or mysqld waits for its long polls to end.
        await DetachAsync().ConfigureAwait(false);
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        var isThere = notifications.TryGetCurrentState(
            container.Name, out var now) && now.Snapshot.State?.Text == KnownResourceStates.Running;
        if (isThere && _adminConnectionString is { } admin)
        {
            await RdsLifecycle.PublishStateAsync(Owner, notifications, KnownResourceStates.Stopping).ConfigureAwait(false);
            if (await InPlaceRestart.TryAsync(admin, cancellationToken).ConfigureAwait(false))
            {
                if (Owner.Cluster is { } cluster)
                {
                    await cluster.Second.RestartAsSecondAsync(cancellationToken).ConfigureAwait(false);
                }

                var log = services.GetRequiredService<ResourceLoggerService>().GetLogger(Owner);
                return RestartResult.Of(await RdsLifecycle.TryStartAsync(Owner, services, log, cancellationToken).ConfigureAwait(false));
            }
        }

        // The endpoint follows its container: it attaches again when that runs.
        var before = Attempts;
        var hadData = Attachments > 0;
        var command = isThere ? KnownResourceCommands.RestartCommand : KnownResourceCommands.StartCommand;
        var result = await services.GetRequiredService<ResourceCommandService>()
            .ExecuteCommandAsync(container, command, cancellationToken).ConfigureAwait(false);
        if (!result.Success)
        {
            return new($"Container '{container.Name}' did not restart: {result.Message}");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var followed = notifications.WaitForResourceAsync(
            Owner.Name,
            e => Attempts > before && e.Snapshot.State?.Text is { } state
                && (state == KnownResourceStates.Running || KnownResourceStates.TerminalStates.Contains(state)),
            either.Token);
        var ended = notifications.WaitForResourceAsync(
            container.Name, [KnownResourceStates.FailedToStart, KnownResourceStates.RuntimeUnhealthy], either.Token);
        var first = await Task.WhenAny(followed, ended).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (first == ended)
        {
            return new(
                await ContainerEnd.DescribeAsync(services, container, Owner, await ended.ConfigureAwait(false)).ConfigureAwait(false));
        }

        if ((await followed.ConfigureAwait(false)).Snapshot.State?.Text != KnownResourceStates.Running)
        {
            return new($"'{Owner.Name}' did not start again; its log says why.");
        }

        return hadData && !KeepsData
            ? new(
                Problem: null,
                $"Its container was gone, and its data with it: '{container.Name}' is a new one, its databases are made anew. "
                    + $"WithDataVolume() keeps data.")
            : RestartResult.Done;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        files.Dispose();
    }

    internal override async Task<ServerAccess> WaitForServerAsync(
        IServiceProvider services, ILogger logger, CancellationToken cancellationToken)
    {
        if (_portProblem is { } problem)
        {
            throw new DistributedApplicationException(problem);
        }

        try
        {
            await new ContainerStart(container, Owner).WaitAsync(services, logger, cancellationToken).ConfigureAwait(false);
        }
        catch (DistributedApplicationException) when (_imageProblem is not null)
        {
            throw new DistributedApplicationException(_imageProblem);
        }

        return await UnlessEndedAsync(stop => WaitForLoginAsync(logger, stop), services, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The orchestrator would wait as well, with an image that nobody has looked at.</summary>
    private async Task WaitForEngineAsync(ServerImage late, IServiceProvider services, CancellationToken cancellationToken)
    {
        var notifications = services.GetRequiredService<ResourceNotificationService>();
        await PublishAsync(KnownResourceStates.RuntimeUnhealthy).ConfigureAwait(false);
        await late.WaitForEngineAsync(cancellationToken).ConfigureAwait(false);
        await PublishAsync(KnownResourceStates.Starting).ConfigureAwait(false);

        Task PublishAsync(string state) => notifications.PublishUpdateAsync(container, snapshot => snapshot with { State = state });
    }

    private async Task<ServerAccess> WaitForLoginAsync(ILogger logger, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var host = await endpoint.Property(EndpointProperty.Host).GetValueAsync(cancellationToken).ConfigureAwait(false);
        var text = await endpoint.Property(EndpointProperty.Port).GetValueAsync(cancellationToken).ConfigureAwait(false);
        var port = int.Parse(text!, CultureInfo.InvariantCulture);
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
            AllowUserVariables = true,
        };
        await ServerProbe.WaitForLoginAsync(admin.ConnectionString, container.Name, logger, cancellationToken).ConfigureAwait(false);
        _adminConnectionString = admin.ConnectionString;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        LifecycleLog.ServerReady(logger, container.Name, seconds);

        return new(
            admin.ConnectionString,
            [
                .. new[] { "localhost", "127.0.0.1", "::1", KnownHostNames.DockerDesktopHostBridge }.Select(
                    name => new EmulatorEndpoint(name, port)),
                new(container.Name, ServerPort),
                new($"{container.Name}.dev.internal", ServerPort),
            ],
            new(container.Name, ServerPort));
    }

    /// <summary>A container that ended, or that has no engine to run on, will take no login: waiting for one would never end.</summary>
    private async Task<ServerAccess> UnlessEndedAsync(
        Func<CancellationToken, Task<ServerAccess>> wait, IServiceProvider services, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        string[] states = [.. KnownResourceStates.TerminalStates, KnownResourceStates.RuntimeUnhealthy];
        var ended = services.GetRequiredService<ResourceNotificationService>().WaitForResourceAsync(container.Name, states, either.Token);
        var access = wait(either.Token);
        var first = await Task.WhenAny(access, ended).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        if (first == access || cancellationToken.IsCancellationRequested)
        {
            return await access.ConfigureAwait(false);
        }

        // A login that is under way to a server that is gone ends when its time is over, and nobody waits for that.
        _ = access.ContinueWith(
            static a => a.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var state = await ended.ConfigureAwait(false);
        throw new DistributedApplicationException(
            await ContainerEnd.DescribeAsync(services, container, Owner, state).ConfigureAwait(false));
    }
}
