using System.Net;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>
/// A whole Aurora MySQL cluster on this machine: a writer and a reader, one IAM, a writer and a reader endpoint that stay when the roles
/// change.
/// </summary>
/// <remarks>
/// Two MySQL servers with GTID replication stand for Aurora's shared storage: a reader lags behind for milliseconds, and after
/// <see cref="FailoverAsync"/> nothing that was acknowledged is missing.
/// </remarks>
public sealed class LocalAurora : IAsyncDisposable
{
    private readonly LocalRds _rds;
    private readonly LocalAuroraOptions _options;
    private readonly (AuroraInstance Instance, SupervisedServer Server)[] _instances;
    private readonly EndpointForwarder _writerForwarder;
    private readonly EndpointForwarder _readerForwarder;
    private readonly AuroraCluster _cluster;

    private LocalAurora(LocalRds rds, (AuroraInstance, SupervisedServer)[] instances, LocalAuroraOptions options)
    {
        (_rds, _instances, _options) = (rds, instances, options);
        var (writer, reader) = (_instances[0].Instance, _instances[1].Instance);
        var address = options.Rds.Server.ListenOnAllAddresses ? IPAddress.Any : IPAddress.Loopback;
        _writerForwarder = new EndpointForwarder(address, options.Rds.Server.Port ?? 0, writer.Address);
        try
        {
            _readerForwarder = new EndpointForwarder(address, options.ReaderPort ?? 0, reader.Address);
        }
        catch
        {
            _ = _writerForwarder.DisposeAsync().AsTask();
            throw;
        }

        _cluster = new AuroraCluster(rds.Emulator, writer, reader, _writerForwarder, _readerForwarder);
        foreach (var (endpoint, name) in ((EmulatorEndpoint, string?)[])
            [(WriterEndpoint, options.WriterName), (ReaderEndpoint, options.ReaderName)])
        {
            Emulator.AddEndpoint("127.0.0.1", endpoint.Port);
            Emulator.AddEndpoint("localhost", endpoint.Port);
            foreach (var more in options.Rds.Server.Names.Where(more => !more.StartsWith("*.", StringComparison.Ordinal)))
                Emulator.AddEndpoint(more, endpoint.Port);
            if (name is null)
                continue;
            Emulator.AddEndpoint(name, RdsEndpoint.DefaultPort);
            Emulator.AddEndpoint(name, endpoint.Port);
        }
    }

    /// <summary>Raised when a failover is over. Handlers run on a thread of the pool.</summary>
    public event EventHandler<AuroraFailover>? FailedOver;

    /// <summary>
    /// Raised when an instance dies, answers again, or is gone for good: see <see cref="ILocalMySqlServer.StateChanged"/>. An instance that
    /// dies is started again in its role; there is no failover by itself.
    /// </summary>
    public event EventHandler<LocalMySqlServerStateChange>? StateChanged;

    /// <summary>
    /// How long after a failover the writer endpoint still leads to the old writer, as a name does that was cached: writes there get 1290,
    /// and a pool keeps such connections unless it is told. None unless set.
    /// </summary>
    public TimeSpan StaleNameFor
    {
        get => _cluster.StaleNameFor;
        set => _cluster.StaleNameFor = value;
    }

    /// <summary>The IAM side of it: one for both instances.</summary>
    public RdsIamEmulator Emulator => _rds.Emulator;

    /// <summary>The first instance and the emulator as one local RDS.</summary>
    internal LocalRds Rds => _rds;

    /// <summary>The file with the CA certificate of both instances.</summary>
    public string CaCertificatePath => _rds.CaCertificatePath;

    /// <summary>Where the writer is dialled, whichever instance it is.</summary>
    public EmulatorEndpoint WriterEndpoint => new("127.0.0.1", _writerForwarder.Port);

    /// <summary>Where the reader is dialled, whichever instance it is.</summary>
    public EmulatorEndpoint ReaderEndpoint => new("127.0.0.1", _readerForwarder.Port);

    /// <summary>The instance that is the writer now; its own address stays its own, as an Aurora instance endpoint does.</summary>
    public ILocalMySqlServer Writer => ServerOf(_cluster.Writer);

    /// <summary>The instance that is the reader now.</summary>
    public ILocalMySqlServer Reader => ServerOf(_cluster.Reader);

    /// <summary>The name of the instance that is the writer now: <c>instance-1</c> or <c>instance-2</c>.</summary>
    public string WriterInstance => _cluster.Writer.Name;

    /// <summary>
    /// Starts two servers, makes one follow the other, attaches the emulator to both, creates the database and the users.
    /// </summary>
    /// <param name="options">What to start; null takes the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt; whatever was started is ended.</param>
    /// <exception cref="LocalMySqlServerException">No server can be had; the message says why and what to do.</exception>
    /// <exception cref="EmulatorAttachException">The emulator cannot be attached; the message says what to do.</exception>
    /// <exception cref="InitScriptException">A statement of an init script failed.</exception>
    /// <exception cref="ArgumentException">The options ask for kept data, which a cluster has not.</exception>
    public static async Task<LocalAurora> StartAsync(LocalAuroraOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalAuroraOptions();
        var asked = options.Rds.Server;
        if (asked.DataVolume is { } volume)
        {
            throw new ArgumentException(
                $"The data of a local Aurora goes with it, and cannot be kept in '{volume}'; leave DataVolume out, or start one server"
                + " (LocalRds).",
                nameof(options));
        }

        using var authority = EmulatorCertificateAuthority.Create();
        var starting =
            Enumerable.Range(1, 2).Select(_ => LocalMySqlServer.StartBareAsync(InstanceOptions(options, authority), cancellationToken))
                .ToArray();
        try
        {
            await Task.WhenAll(starting).ConfigureAwait(false);
        }
        catch
        {
            foreach (var started in starting.Where(task => task.IsCompletedSuccessfully))
                await (await started.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return await AttachAsync(
            await starting[0].ConfigureAwait(false), await starting[1].ConfigureAwait(false), options, beforeScripts: null,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What an instance is started with.</summary>
    internal static LocalMySqlServerOptions InstanceOptions(LocalAuroraOptions options, EmulatorCertificateAuthority authority)
    {
        var asked = options.Rds.Server;
        return asked with
        {
            Port = null,
            CertificateAuthority = authority,
            Names = [.. asked.Names, .. ((string?[])[options.WriterName, options.ReaderName]).OfType<string>()],
            ServerArguments = [.. AuroraInstance.Arguments(), .. asked.ServerArguments],
        };
    }

    /// <summary>Makes a cluster of two servers that run already, and owns them from then on.</summary>
    internal static async Task<LocalAurora> AttachAsync(
        SupervisedServer first,
        SupervisedServer second,
        LocalAuroraOptions options,
        Func<LocalRds, Task>? beforeScripts,
        CancellationToken cancellationToken)
    {
        LocalRds? rds = null;
        LocalAurora? aurora = null;
        try
        {
            var asked = options.Rds;
            (AuroraInstance, SupervisedServer)[] instances =
            [
                (await InstanceOfAsync(1, first, cancellationToken).ConfigureAwait(false), first),
                (await InstanceOfAsync(2, second, cancellationToken).ConfigureAwait(false), second),
            ];
            rds = await LocalRds.AttachAsync(first, asked, beforeScripts, cancellationToken).ConfigureAwait(false);
            // Before the reader is told of the users, which need the plugin.
            await rds.Emulator.AttachServerAsync(second.AdminConnectionString, cancellationToken).ConfigureAwait(false);
            aurora = new LocalAurora(rds, instances, options);
            await aurora._cluster.StartAsync(cancellationToken).ConfigureAwait(false);
            await second.CompleteAsync(cancellationToken).ConfigureAwait(false);
            foreach (var (instance, server) in instances)
            {
                server.StateChanged += aurora.OnStateChanged;
                server.WhenBack = cancel => aurora._cluster.TakeUpRoleAsync(instance.Name, cancel);
            }

            return aurora;
        }
        catch
        {
            if (aurora is not null)
                await aurora.DisposeAsync().ConfigureAwait(false);
            else if (rds is not null)
                await rds.DisposeAsync().ConfigureAwait(false);
            else
                await first.DisposeAsync().ConfigureAwait(false);
            if (aurora is null)
                await second.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Makes the reader the writer and the writer the reader. The old writer's sessions end (2013 or 2006 at their next statement), what
    /// they had not committed is rolled back, what was committed is all there; connections to the writer endpoint wait and then reach the
    /// new writer.
    /// </summary>
    /// <exception cref="LocalMySqlServerException">
    /// The reader does not get the writer's last transactions; the roles stay, and the message says why.
    /// </exception>
    /// <exception cref="MySqlException">An instance cannot be reached; the roles stay.</exception>
    public async Task<AuroraFailover> FailoverAsync(CancellationToken cancellationToken = default)
    {
        var done = await _cluster.FailoverAsync(cancellationToken).ConfigureAwait(false);
        FailedOver?.Invoke(this, done);
        return done;
    }

    /// <summary>Waits until the reader has everything that the writer has committed so far: a reader lags behind, on Aurora too.</summary>
    /// <exception cref="LocalMySqlServerException">It has not within 60 s.</exception>
    public Task WaitForReaderAsync(CancellationToken cancellationToken = default) => _cluster.WaitForReaderAsync(cancellationToken);

    /// <summary>The writer endpoint's connection string of an IAM user: no password, <c>SslMode=VerifyFull</c>, the local CA.</summary>
    /// <param name="user">The user; null takes the first.</param>
    /// <param name="database">The database; null takes the options'.</param>
    public string GetConnectionString(string? user = null, string? database = null) =>
        ConnectionStringOf(WriterEndpoint, user, database);

    /// <summary>The reader endpoint's, likewise.</summary>
    /// <param name="user">The user; null takes the first.</param>
    /// <param name="database">The database; null takes the options'.</param>
    public string GetReaderConnectionString(string? user = null, string? database = null) =>
        ConnectionStringOf(ReaderEndpoint, user, database);

    /// <summary>
    /// The environment of a process that uses this cluster, as of <see cref="LocalRds.GetEnvironment"/>: once for the writer, once for the
    /// reader.
    /// </summary>
    /// <param name="name">The writer connection's name.</param>
    /// <param name="readerName">The reader connection's; null for <c>NAME-ro</c>.</param>
    /// <param name="user">The user; null takes the first.</param>
    /// <param name="database">The database; null takes the options'.</param>
    public IReadOnlyDictionary<string, string> GetEnvironment(
        string name, string? readerName = null, string? user = null, string? database = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (endpoint, connection) in ((EmulatorEndpoint, string)[])
            [(WriterEndpoint, name), (ReaderEndpoint, readerName ?? $"{name}-ro")])
        {
            var described = new LocalRdsConnection(
                endpoint.Host, endpoint.Port, RequireUser(user), database ?? _options.Rds.Database, Emulator.Region, CaCertificatePath);
            foreach (var (key, value) in described.GetVariables(connection, ConnectionStringOf(endpoint, user, database)))
                environment[key] = value;
        }

        foreach (var (key, value) in Emulator.GetAwsEnvironment()) environment[key] = value;
        return environment;
    }

    /// <summary>Ends emulator and servers, and with them the data.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writerForwarder.DisposeAsync().ConfigureAwait(false);
        await _readerForwarder.DisposeAsync().ConfigureAwait(false);
        _cluster.Dispose();
        await _rds.DisposeAsync().ConfigureAwait(false); // the emulator, and the first instance
        foreach (var (_, server) in _instances)
        {
            if (server != _rds.Server)
                await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<AuroraInstance> InstanceOfAsync(int number, SupervisedServer server, CancellationToken cancellationToken) =>
        new(
            AuroraInstance.NameOf(number),
            server.AdminConnectionString,
            new EmulatorEndpoint(server.Host, server.Port),
            await server.GetPeerAddressAsync(cancellationToken).ConfigureAwait(false));

    private SupervisedServer ServerOf(AuroraInstance instance) => _instances.First(one => one.Instance == instance).Server;

    private void OnStateChanged(object? sender, LocalMySqlServerStateChange change) => StateChanged?.Invoke(this, change);

    private string ConnectionStringOf(EmulatorEndpoint endpoint, string? user, string? database)
    {
        var builder = new MySqlConnectionStringBuilder(_rds.GetConnectionString(RequireUser(user), database))
        {
            Server = endpoint.Host,
            Port = (uint)endpoint.Port,
        };
        return builder.ConnectionString;
    }

    private string RequireUser(string? user) => user ?? _options.Rds.IamUsers.FirstOrDefault() ?? throw new InvalidOperationException(
        "This local Aurora was started without IAM users: name the user, or add it to LocalRdsOptions.IamUsers.");
}
