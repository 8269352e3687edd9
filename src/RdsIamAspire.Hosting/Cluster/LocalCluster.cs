using System.Globalization;
using System.Net;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.Tunnel;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// What runs in place of a cluster: two servers of the same kind, one of which replicates from the other, and a port for the writer and one
/// for the reader that stay when the roles change. Both are judged by one emulator, the first server's.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly RdsMySqlResource _writer;
    private readonly Lock _gate = new();
    private Ports? _ports;
    private AuroraCluster? _roles;
    private (AuroraInstance Writer, AuroraInstance Reader)? _next;
    private string _writerName = AuroraInstance.NameOf(1);
    private bool _isDisposed;

    internal LocalCluster(RdsMySqlResource writer, LocalRdsServer first, LocalRdsServer second)
    {
        (_writer, First, Second) = (writer, first, second);
        Host = ReferenceExpression.Create($"{new Value(this, static (_, isContainer) => HostFor(isContainer))}");
        WriterPort = ReferenceExpression.Create($"{new Value(this, static (ports, isContainer) => ports.Writer.For(isContainer))}");
        ReaderPort = ReferenceExpression.Create($"{new Value(this, static (ports, isContainer) => ports.Reader.For(isContainer))}");
    }

    internal LocalRdsServer First { get; private set; }

    internal LocalRdsServer Second { get; private set; }

    /// <summary>The host of both endpoints, which differ by port.</summary>
    internal ReferenceExpression Host { get; }

    internal ReferenceExpression WriterPort { get; }

    internal ReferenceExpression ReaderPort { get; }

    /// <summary>One authority for both: whoever is behind a port, the same CA verifies it.</summary>
    internal EmulatorCertificateAuthority Authority { get; } = EmulatorCertificateAuthority.Create();

    /// <summary>The port that the AppHost asks for at the writer's endpoint; null takes a free one.</summary>
    internal int? AskedPort { get; set; }

    /// <summary>Whether a container dials in, which this machine's loopback is out of reach for.</summary>
    internal bool ServesContainers { get; set; }

    /// <summary>The resources that run the two servers, where Aspire runs them.</summary>
    internal IReadOnlyList<IResource> ServerResources =>
        [.. ((IResource?[])[First.ServerResource, Second.ServerResource]).OfType<IResource>()];

    /// <summary>Which instance is behind an endpoint now, for people; null while there is none.</summary>
    internal string? InstanceOf(RdsMySqlResource endpoint) =>
        _roles is { } roles ? (endpoint == _writer ? roles.Writer : roles.Reader).Name : null;

    /// <summary>The servers that were chosen once the model was complete.</summary>
    internal void Use(LocalRdsServer first, LocalRdsServer second) => (First, Second) = (first, second);

    /// <summary>What a server of the cluster is started with.</summary>
    internal static IReadOnlyList<string> Arguments => AuroraInstance.Arguments();

    /// <summary>Has a mysqld that dies and is started again take up its role.</summary>
    internal void KeepRole(LocalRdsServer place, ILocalMySqlServer server)
    {
        if (server is SupervisedServer supervised)
        {
            var name = AuroraInstance.NameOf(NumberOf(place));
            supervised.WhenBack = stop => _roles?.TakeUpRoleAsync(name, stop) ?? Task.CompletedTask;
        }
    }

    /// <summary>Waits for both servers, and decides which one is the writer: as before, unless the other has what this one lost.</summary>
    /// <returns>The writer, and the endpoints of both.</returns>
    internal async Task<LocalRdsServer.ServerAccess> WaitForServersAsync(
        IServiceProvider services, ILogger log, CancellationToken cancellationToken)
    {
        var ports = Open();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var found = await Task.WhenAll(UnlessOtherFailsAsync(First), UnlessOtherFailsAsync(Second)).ConfigureAwait(false);
        AuroraInstance[] instances = [InstanceAt(1, found[0]), InstanceAt(2, found[1])];
        var writer = instances.First(i => i.Name == _writerName);
        var reader = instances.First(i => i != writer);
        if (await reader.IsAheadOfAsync(writer, cancellationToken).ConfigureAwait(false))
        {
            (writer, reader) = (reader, writer);
        }

        _next = (writer, reader);
        return new(
            writer.AdminConnectionString,
            [.. ports.Endpoints, .. found.SelectMany(static one => one.Endpoints)],
            writer.PeerAddress);

        async Task<LocalRdsServer.ServerAccess> UnlessOtherFailsAsync(LocalRdsServer server)
        {
            try
            {
                return await server.WaitForServerAsync(services, log, both.Token).ConfigureAwait(false);
            }
            catch
            {
                await both.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Has the emulator of the writer judge the reader's logins too: users that come over need the plugin.</summary>
    internal Task JudgeReaderAsync(RdsIamEmulator emulator, CancellationToken cancellationToken) =>
        emulator.AttachServerAsync(Next.Reader.AdminConnectionString, cancellationToken);

    /// <summary>Lets the reader follow the writer, and the ports lead to them.</summary>
    internal async Task StartAsync(RdsIamEmulator emulator, CancellationToken cancellationToken)
    {
        var ports = Open();
        var roles = new AuroraCluster(emulator, Next.Writer, Next.Reader, ports.Writer.Forwarder, ports.Reader.Forwarder);
        Interlocked.Exchange(ref _roles, roles)?.Dispose();
        _writerName = roles.Writer.Name;
        await roles.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes the roles.</summary>
    internal async Task<AuroraFailover> FailoverAsync(CancellationToken cancellationToken)
    {
        if (_roles is not { } roles || First.Emulator is null)
        {
            throw new InvalidOperationException(
                $"The servers of '{_writer.Name}' are not up. Look at its log, or run its restart command.");
        }

        var done = await roles.FailoverAsync(cancellationToken).ConfigureAwait(false);
        _writerName = done.NewWriter;
        return done;
    }

    public async ValueTask DisposeAsync()
    {
        Ports? ports;
        lock (_gate)
        {
            (ports, _ports, _isDisposed) = (_ports, null, true);
        }

        // The emulator first, or its agent would miss a server that is ended.
        await First.DetachAsync().ConfigureAwait(false);
        if (ports is not null)
        {
            await ports.Writer.Forwarder.DisposeAsync().ConfigureAwait(false);
            await ports.Reader.Forwarder.DisposeAsync().ConfigureAwait(false);
        }

        Interlocked.Exchange(ref _roles, null)?.Dispose();
        await Second.DisposeAsync().ConfigureAwait(false);
        Authority.Dispose();
    }

    private (AuroraInstance Writer, AuroraInstance Reader) Next =>
        _next ?? throw new InvalidOperationException("The roles are given when the servers are up.");

    private static string HostFor(bool isContainer) => isContainer ? ContainerSide.HostName : "127.0.0.1";

    private int NumberOf(LocalRdsServer server) => server == Second ? 2 : 1;

    private static AuroraInstance InstanceAt(int number, LocalRdsServer.ServerAccess access)
    {
        var admin = new MySqlConnectionStringBuilder(access.AdminConnectionString);
        return new(AuroraInstance.NameOf(number), access.AdminConnectionString, new(admin.Server, (int)admin.Port), access.Peer);
    }

    /// <summary>The ports, from the first moment that somebody asks for them: connections wait there for the servers.</summary>
    /// <exception cref="LocalMySqlServerException">The port that is asked for is in use.</exception>
    private Ports Open()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _ports ??= new(Listen(AskedPort ?? 0), Listen(0));
        }

        Port Listen(int port)
        {
            var forwarder = new EndpointForwarder(IPAddress.Loopback, port, target: null);
            var address = ContainerSide.Address;
            return new(
                forwarder,
                ServesContainers && !IPAddress.IsLoopback(address) ? forwarder.Listen(address) : forwarder.Port);
        }
    }

    /// <param name="Forwarder">What listens.</param>
    /// <param name="ContainerPort">Where containers dial, which come by another address.</param>
    private sealed record Port(EndpointForwarder Forwarder, int ContainerPort)
    {
        internal string For(bool isContainer) =>
            (isContainer ? ContainerPort : Forwarder.Port).ToString(CultureInfo.InvariantCulture);

        internal IEnumerable<EmulatorEndpoint> Endpoints =>
        [
            new("127.0.0.1", Forwarder.Port), new("localhost", Forwarder.Port), new(ContainerSide.HostName, ContainerPort),
        ];
    }

    private sealed record Ports(Port Writer, Port Reader)
    {
        internal IEnumerable<EmulatorEndpoint> Endpoints => [.. Writer.Endpoints, .. Reader.Endpoints];
    }

    /// <summary>A value as each consumer reads it.</summary>
    private sealed class Value(LocalCluster cluster, Func<Ports, bool, string> read) : IValueProvider, IManifestExpressionProvider
    {
        string IManifestExpressionProvider.ValueExpression => $"{{{cluster._writer.Name}.local}}";

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(read(cluster.Open(), false));

        public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(context);
            return new(read(cluster.Open(), context.Caller?.IsContainer() == true));
        }
    }
}
