using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The local server as a container that Aspire runs: on the dashboard, on the container network, gone with the AppHost.</summary>
internal sealed class ContainerRdsServer(RdsMySqlResource owner, ContainerResource container, EndpointReference endpoint, ParameterResource rootPassword, string region, LocalServerFiles files)
    : LocalRdsServer(owner, region)
{
    private const int ServerPort = 3306;

    internal override ReferenceExpression Host { get; } = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}");

    internal override ReferenceExpression Port { get; } = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Port)}");

    internal override LocalCaCertificatePath CaCertificatePath { get; } = new(owner.Name, _ => new(files.CaCertificatePath));

    internal override IResource ServerResource => container;

    internal override string Description => container.TryGetContainerImageName(out var image) ? image : container.Name;

    /// <summary>What other containers may call the server: Aspire's two aliases, and a host's way in.</summary>
    internal static string[] NamesOf(string containerName) =>
        ["localhost", "127.0.0.1", "::1", containerName, $"{containerName}.dev.internal", KnownHostNames.DockerDesktopHostBridge];

    internal override async Task RestartAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        // The endpoint follows its container: it attaches again when that runs. The agent lets go first, or mysqld waits for its long polls to end.
        var before = Attachments;
        await DetachAsync().ConfigureAwait(false);
        var result = await services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(container, KnownResourceCommands.RestartCommand, cancellationToken).ConfigureAwait(false);
        if (!result.Success)
        {
            throw new DistributedApplicationException($"Container '{container.Name}' did not restart: {result.Message}");
        }

        await services.GetRequiredService<ResourceNotificationService>()
            .WaitForResourceAsync(Owner.Name, e => Attachments > before && e.Snapshot.State?.Text is { } state && (state == KnownResourceStates.Running || KnownResourceStates.TerminalStates.Contains(state)), cancellationToken)
            .ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        files.Dispose();
    }

    protected override async Task<ServerAccess> WaitForServerAsync(IServiceProvider services, ILogger logger, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var host = await endpoint.Property(EndpointProperty.Host).GetValueAsync(cancellationToken).ConfigureAwait(false);
        var port = int.Parse((await endpoint.Property(EndpointProperty.Port).GetValueAsync(cancellationToken).ConfigureAwait(false))!, CultureInfo.InvariantCulture);
        var admin = new MySqlConnectionStringBuilder
        {
            Server = host,
            Port = (uint)port,
            UserID = "root",
            Password = await rootPassword.GetValueAsync(cancellationToken).ConfigureAwait(false),
            SslMode = MySqlSslMode.VerifyFull,
            SslCa = files.CaCertificatePath,
            ConnectionTimeout = 5,
        };
        await WaitForLoginOrEndAsync(admin.ConnectionString, services.GetRequiredService<ResourceNotificationService>(), logger, cancellationToken).ConfigureAwait(false);
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

    /// <summary>A container that ended will take no login: waiting for one would never end.</summary>
    private async Task WaitForLoginOrEndAsync(string adminConnectionString, ResourceNotificationService notifications, ILogger logger, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = notifications.WaitForResourceAsync(container.Name, KnownResourceStates.TerminalStates, either.Token);
        var login = ServerProbe.WaitForLoginAsync(adminConnectionString, container.Name, logger, either.Token);
        var first = await Task.WhenAny(login, ended).ConfigureAwait(false);
        if (first == ended && !cancellationToken.IsCancellationRequested)
        {
            await either.CancelAsync().ConfigureAwait(false);
            throw new DistributedApplicationException($"Container '{container.Name}' ended ({await ended.ConfigureAwait(false)}) before it took a login. Its own log says why; a missing image or a taken port is the usual cause.");
        }

        await login.ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
    }
}
