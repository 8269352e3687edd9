using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using RdsIamAspire.Tunnel.Configuration;
using RdsIamAspire.Tunnel.Listening;
using RdsIamAspire.Tunnel.Sessions;

namespace RdsIamAspire.Tunnel;

/// <summary>
/// A front for MySQL clients that know nothing of IAM: they log in here with a password that lives as long as the tunnel, and the tunnel
/// logs in to RDS or Aurora with a fresh token over verified TLS. From then on it passes bytes: the session is the server's own.
/// </summary>
/// <remarks>It begins to listen when it is first asked where. The server is first dialled when a client logs in, or by <see
/// cref="FindProblemAsync"/>.</remarks>
/// <example>
/// <code>
/// await using var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions { ConnectionString =
/// "Server=orders.abc123.eu-west-1.rds.amazonaws.com;User ID=orders_app;Database=orders" }); await using var connection = new
/// MySql.Data.MySqlClient.MySqlConnection(tunnel.ConnectionString);
/// </code>
/// </example>
public sealed class RdsIamTunnel : IAsyncDisposable, IDisposable
{
    /// <summary>
    /// The meter: <c>rds_iam.tunnel.sessions</c> (logged in now), <c>rds_iam.tunnel.refused</c> (clients, by error.type) and
    /// <c>rds_iam.tunnel.login.duration</c> (seconds), each tagged server.address and db.user.
    /// </summary>
    public const string MeterName = "RdsIamAspire.Tunnel";

    private readonly RdsIamTunnelOptions _options;
    private readonly Lazy<TunnelPlan> _plan;
    private readonly Lazy<SessionSet> _sessions;
    private readonly Lock _lock = new();
    private RdsAuthTokenSource? _ownTokens;
    private Socket? _tcp;
    private readonly List<Socket> _more = [];
    private PrivateSocket? _socket;
    private bool _stopped;

    /// <summary>A tunnel that does not listen yet.</summary>
    public RdsIamTunnel(RdsIamTunnelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        // 256 bits, in letters that no connection string has to quote.
        Password = options.Password ?? RandomNumberGenerator.GetHexString(64, lowercase: true);
        Log = new TunnelLog(options.TimeProvider) { Logger = options.LoggerFactory.CreateLogger("RdsIamAspire.Tunnel") };
        _plan = new(() => TunnelPlan.Create(_options));
        _sessions = new(() => new SessionSet(CreateDesk(), () => SessionsChanged?.Invoke(this, EventArgs.Empty)));
    }

    /// <summary>A client has logged in or has gone.</summary>
    public event EventHandler? SessionsChanged;

    /// <summary>For libraries and drivers: over TCP, with the tunnel's password.</summary>
    /// <exception cref="InvalidOperationException">The options do not say where the tunnel leads; the message says what to do.</exception>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public string ConnectionString
    {
        get
        {
            var at = EndPoint;
            var host = at.Address.Equals(IPAddress.Any) || at.Address.Equals(IPAddress.IPv6Any) ? "127.0.0.1" : at.Address.ToString();
            return _plan.Value.ConnectionString(host, at.Port, Password);
        }
    }

    /// <summary>
    /// For drivers that can use a Unix domain socket (MySqlConnector, MySql.Data): nobody else on the machine can even reach it.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">On Windows.</exception>
    /// <inheritdoc cref="ConnectionString" path="/exception"/>
    public string SocketConnectionString => _plan.Value.ConnectionString(SocketPath, null, Password);

    /// <summary>Where clients over TCP come to.</summary>
    /// <inheritdoc cref="ConnectionString" path="/exception"/>
    public IPEndPoint EndPoint => (IPEndPoint)ListenTcp().LocalEndPoint!;

    /// <summary>The socket that clients on this machine may use, in a folder that only this user can enter.</summary>
    /// <inheritdoc cref="SocketConnectionString" path="/exception"/>
    public string SocketPath => ListenSocket().Path;

    /// <summary>What clients have to know.</summary>
    public string Password { get; }

    /// <summary>The database user that the tunnel logs in as, and whose name clients give.</summary>
    /// <inheritdoc cref="ConnectionString" path="/exception"/>
    public string User => _plan.Value.Target.User;

    /// <summary>How many clients are logged in.</summary>
    public int OpenSessions => _sessions.IsValueCreated ? _sessions.Value.Open : 0;

    /// <summary>How many clients there are, logged in or not.</summary>
    internal int Held => _sessions.IsValueCreated ? _sessions.Value.Held : 0;

    internal TunnelLog Log { get; }

    /// <summary>Tokens of the application's, once its services are there; used when the options name none.</summary>
    internal Func<RdsAuthTokenSource?>? SharedTokens { get; set; }

    /// <summary>
    /// Listens on one more address, for clients that cannot come to <see cref="EndPoint"/>: containers, which come to the bridge's. The
    /// password is the same.
    /// </summary>
    /// <param name="address">An address of this machine.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <returns>Where it listens.</returns>
    /// <inheritdoc cref="ConnectionString" path="/exception"/>
    public IPEndPoint Listen(IPAddress address, int port = 0)
    {
        ArgumentNullException.ThrowIfNull(address);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            var socket = Bind(address, port);
            _more.Add(socket);
            return (IPEndPoint)socket.LocalEndPoint!;
        }
    }

    /// <summary>Logs in at the server and takes leave.</summary>
    /// <returns>Why it does not work, in one line; null when it does.</returns>
    /// <inheritdoc cref="ConnectionString" path="/exception"/>
    public async Task<string?> FindProblemAsync(CancellationToken cancellationToken = default)
    {
        var failed = await _sessions.Value.Desk.Logins.TryAsync(cancellationToken).ConfigureAwait(false);
        return failed?.Error.ToString();
    }

    /// <summary>
    /// Takes no more clients, and ends each session once its client waits for nothing; what still runs after <see
    /// cref="RdsIamTunnelOptions.DrainTimeout"/>, or when the wait is cancelled, is cut. An open transaction between two statements is not
    /// waited for.
    /// </summary>
    /// <returns>How many running statements were cut.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            _stopped = true;
            _tcp?.Dispose();
            foreach (var socket in _more)
                socket.Dispose();
        }

        var cut = _sessions.IsValueCreated
            ? await _sessions.Value.DrainAsync(_options.DrainTimeout, cancellationToken).ConfigureAwait(false)
            : 0;
        if (_plan.IsValueCreated && _plan.Value.Target.Way is { } way)
            await way.DisposeAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _socket?.Dispose();
            _ownTokens?.Dispose();
            _ownTokens = null;
        }

        return cut;
    }

    /// <summary>Ends every session at once. <see cref="StopAsync"/> drains them first.</summary>
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync().ConfigureAwait(false);
        await StopAsync(atOnce.Token).ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Checks the options, so that a mistake is said where the tunnel is made.</summary>
    internal TunnelTarget CheckOptions() => _plan.Value.Target;

    private TunnelDesk CreateDesk()
    {
        var target = _plan.Value.Target;
        var logins = new ServerLogins(target, Tokens, _options.TimeProvider);
        var password = new LocalPassword(_options.AnyPassword ? null : Password);
        return new TunnelDesk(target, logins, Tokens, password, _options.WhosePassword, Log, _options.TimeProvider);
    }

    private RdsAuthTokenSource Tokens()
    {
        if ((_options.TokenSource ?? SharedTokens?.Invoke()) is { } shared)
            return shared;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopped && _ownTokens is null, this);
            return _ownTokens ??= new RdsAuthTokenSource(new RdsAuthTokenSourceOptions
            {
                LoggerFactory = _options.LoggerFactory,
                TimeProvider = _options.TimeProvider,
            });
        }
    }

    private Socket ListenTcp()
    {
        lock (_lock)
        {
            if (_tcp is not null)
                return _tcp;
            ObjectDisposedException.ThrowIf(_stopped, this);
            return _tcp = Bind(_options.ListenAddress, _options.ListenPort);
        }
    }

    private Socket Bind(IPAddress address, int port)
    {
        var sessions = _sessions.Value;
        var tcp = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            tcp.Bind(new IPEndPoint(address, port));
            tcp.Listen();
        }
        catch
        {
            tcp.Dispose();
            throw;
        }

        sessions.TakeFrom(tcp);
        return tcp;
    }

    private PrivateSocket ListenSocket()
    {
        lock (_lock)
        {
            if (_socket is not null)
                return _socket;
            ObjectDisposedException.ThrowIf(_stopped, this);
            var sessions = _sessions.Value;
            _socket = _options.SocketFile is { } file ? PrivateSocket.OpenAt(file) : PrivateSocket.Open();
            sessions.TakeFrom(_socket.Socket);
            return _socket;
        }
    }
}
