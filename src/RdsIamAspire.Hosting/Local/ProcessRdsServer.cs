using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Tunnel;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The local server as a <c>mysqld</c> of this machine: no Docker, loopback only.</summary>
internal sealed class ProcessRdsServer : LocalRdsServer
{
    private readonly string? _mysqldPath;
    private readonly int? _port;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ILocalMySqlServer? _server;
    private ILocalMySqlServer? _latest;
    private volatile bool _isGone;

    /// <param name="owner">The endpoint.</param>
    /// <param name="region">Its region.</param>
    /// <param name="mysqldPath">The program; looked for where it is null.</param>
    /// <param name="port">The port; a free one where it is null.</param>
    internal ProcessRdsServer(RdsMySqlResource owner, string region, string? mysqldPath, int? port) : base(owner, region)
    {
        _mysqldPath = mysqldPath;
        _port = port;
        Host = ReferenceExpression.Create($"{new Value(this, static server => server.Host)}");
        Port = ReferenceExpression.Create($"{new Value(this, static server => server.Port.ToString(CultureInfo.InvariantCulture))}");
        CaCertificatePath = new(
            owner.Name,
            async cancellationToken => (await StartedAsync(cancellationToken).ConfigureAwait(false)).CaCertificatePath);
    }

    /// <summary>Whether a MySQL is unpacked first, once on this machine.</summary>
    internal bool MustUnpack { get; init; }

    /// <summary>Why none can be had here, where that is known before the start.</summary>
    internal string? Problem { get; init; }

    internal override ReferenceExpression Host { get; }

    internal override ReferenceExpression Port { get; }

    internal override LocalCaCertificatePath CaCertificatePath { get; }

    internal override string Description => _server is { } server ? $"mysqld {server.Version}" : _mysqldPath ?? "mysqld";

    internal override bool KeepsData => false;

    internal override async Task<RestartResult> RestartAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var log = services.GetRequiredService<ResourceLoggerService>().GetLogger(Owner);
        var isAnother = _isGone;
        if (_server is not null)
        {
            await DetachAsync().ConfigureAwait(false);
            await RdsLifecycle.PublishStateAsync(
                Owner, services.GetRequiredService<ResourceNotificationService>(), KnownResourceStates.Stopping).ConfigureAwait(false);
            await RestartAsSecondAsync(cancellationToken).ConfigureAwait(false);
        }

        if (Owner.Cluster is { } cluster)
        {
            await cluster.Second.RestartAsSecondAsync(cancellationToken).ConfigureAwait(false);
        }

        var problem = await RdsLifecycle.TryStartAsync(Owner, services, log, cancellationToken).ConfigureAwait(false);
        return isAnother && problem is null
            ? new(
                Problem: null,
                "Its mysqld was gone, and its data with it: this is a new one on the same port, with a certificate of its own. Restart the "
                    + "services that have used it.")
            : RestartResult.Of(problem);
    }

    internal override LocalRdsServer CreateSecond(IResourceBuilder<RdsMySqlResource> builder) => CreateSecond();

    /// <summary>As above, where the AppHost's builder is done with.</summary>
    internal ProcessRdsServer CreateSecond() =>
        new(Owner, Region, _mysqldPath, port: null) { MustUnpack = MustUnpack, Problem = Problem };

    internal override int? AskedPort(bool areRandomized) => _port;

    /// <summary>Restarts the server on its data; one that is gone is let go of, and another comes with the next start.</summary>
    internal override async Task RestartAsSecondAsync(CancellationToken cancellationToken)
    {
        if (_server is not { } server)
        {
            return;
        }

        if (_isGone)
        {
            _server = null;
            await server.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            await server.RestartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _server, null) is { } server)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }

        _started.TrySetCanceled();
    }

    internal override async Task<ServerAccess> WaitForServerAsync(
        IServiceProvider services, ILogger logger, CancellationToken cancellationToken)
    {
        if (Problem is not null)
        {
            throw new DistributedApplicationException(Problem);
        }

        if (_server is not { } server)
        {
            var progress = new StartProgress(Owner, services, logger);
            var options = new LocalMySqlServerOptions
            {
                Kind = LocalMySqlServerKind.Mysqld,
                MysqldPath = _mysqldPath,
                // A server that takes the place of one that is gone is dialled where that one was.
                Port = Owner.Cluster is null ? _port ?? _latest?.Port : _latest?.Port,
                CertificateAuthority = Owner.Cluster?.Authority,
                Names = Owner.Cluster is null ? [] : [ContainerSide.HostName],
                ServerArguments = [.. Owner.Cluster is null ? [] : LocalCluster.Arguments],
                LoggerFactory = services.GetRequiredService<ILoggerFactory>(),
                Progress = progress,
            };
            if (MustUnpack)
            {
                await UnpackAsync(new ServerLog(options), cancellationToken).ConfigureAwait(false);
                await progress.EndAsync().ConfigureAwait(false);
            }

            var begun = Stopwatch.GetTimestamp();
            server = await LocalMySqlServer.StartAsync(options, cancellationToken).ConfigureAwait(false);
            (_server, _latest, _isGone) = (server, server, false);
            Owner.Cluster?.KeepRole(this, server);
            ServerChanges.Follow(this, server, services, logger, () => _isGone = true);
            await progress.EndAsync().ConfigureAwait(false);
            var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            LifecycleLog.ServerReady(logger, Description, seconds);
            _started.TrySetResult();
        }

        return new(
            server.AdminConnectionString, [new(server.Host, server.Port), new("localhost", server.Port), new("127.0.0.1", server.Port)],
            new(server.Host, server.Port));
    }

    private async Task<ILocalMySqlServer> StartedAsync(CancellationToken cancellationToken)
    {
        await _started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _latest!;
    }

    private async Task UnpackAsync(ServerLog log, CancellationToken cancellationToken)
    {
        try
        {
            await UnpackedMySql.PrepareAsync(new UnpackProgress(log.Unpacking), cancellationToken).ConfigureAwait(false);
        }
        catch (LocalMySqlServerException exception)
        {
            throw new DistributedApplicationException(
                $"{exception.Message} With Docker, .RunAsContainer() on '{Owner.Name}' pulls an image.", exception);
        }
    }

    /// <summary>Reports at once and in order, which <see cref="Progress{T}"/> does not.</summary>
    private sealed class UnpackProgress(Action<string> report) : IProgress<string>
    {
        public void Report(string value) => report(value);
    }

    /// <summary>
    /// A value that is known when the server is up; whoever asks earlier waits, unless it is a container, which could not reach the
    /// server.
    /// </summary>
    private sealed class Value(ProcessRdsServer owner, Func<ILocalMySqlServer, string> read) : IValueProvider, IManifestExpressionProvider
    {
        string IManifestExpressionProvider.ValueExpression => $"{{{owner.Owner.Name}.local}}";

        public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
            read(await owner.StartedAsync(cancellationToken).ConfigureAwait(false));

        public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(context);
            if (context.Caller is { } caller && caller.IsContainer())
            {
                throw new DistributedApplicationException(
                    $"Container '{caller.Name}' cannot reach '{owner.Owner.Name}': its local server listens on this machine's loopback "
                        + $"only. "
                    + $"Call RunAsEmulator() or RunAsContainer() on '{owner.Owner.Name}' instead of RunAsLocalServer().");
            }

            return GetValueAsync(cancellationToken);
        }
    }
}
