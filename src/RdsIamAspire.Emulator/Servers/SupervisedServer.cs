using System.Diagnostics;
using System.Globalization;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>What a server in a container and a mysqld process have in common: certificates, logins, restart, rotation, accidents.</summary>
internal abstract class SupervisedServer : ILocalMySqlServer
{
    private readonly SemaphoreSlim _change = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private string? _adminConnectionString;
    private string? _ended;
    private volatile bool _isUp;

    protected SupervisedServer(LocalMySqlServerOptions options, RunFolder folder)
    {
        Options = options;
        Folder = folder;
        CertificateAuthority = options.CertificateAuthority?.Share() ?? EmulatorCertificateAuthority.Create();
        CertificateAuthority.WriteTo(folder.CaCertificate);
        Log = new ServerLog(options);
    }

    public event EventHandler<LocalMySqlServerStateChange>? StateChanged;

    public abstract LocalMySqlServerKind Kind { get; }

    public abstract string Description { get; }

    public virtual string? ContainerId => null;

    public string Host { get; private set; } = "";

    public int Port { get; protected set; }

    public string Version { get; private set; } = "";

    public IReadOnlyList<string> Names { get; private set; } = [];

    public EmulatorCertificateAuthority CertificateAuthority { get; private set; }

    public string CaCertificatePath => Folder.CaCertificate;

    public string AdminConnectionString => _adminConnectionString ??= new MySqlConnectionStringBuilder
    {
        Server = Host,
        Port = (uint)Port,
        UserID = "root",
        Password = Password,
        SslMode = MySqlSslMode.VerifyFull,
        SslCa = CaCertificatePath,
        AllowUserVariables = true,
        ConnectionTimeout = 10,
    }.ConnectionString;

    protected LocalMySqlServerOptions Options { get; }

    protected RunFolder Folder { get; }

    protected ServerLog Log { get; }

    protected string Password { get; } = Supervisor.NewPassword();

    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await _change.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var old = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (old.ConfigureAwait(false))
            {
                await SendAsync(Supervisor.Restart, cancellationToken).ConfigureAwait(false);
                await WaitUntilGoneAsync(old, cancellationToken).ConfigureAwait(false);
            }

            await WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
            await SendAsync(Supervisor.Ready, cancellationToken).ConfigureAwait(false);
            if (WhenBack is { } whenBack) await whenBack(cancellationToken).ConfigureAwait(false);
        }
        finally { _change.Release(); }
    }

    public async Task<EmulatorCertificateAuthority> RotateCertificateAuthorityAsync(CancellationToken cancellationToken = default)
    {
        await _change.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var admin = await OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = admin.ConfigureAwait(false);
            var next = EmulatorCertificateAuthority.Create();
            await PutTlsFilesAsync(next, next.CreateServerCertificate(Names), cancellationToken).ConfigureAwait(false);
            using (var reload = new MySqlCommand("ALTER INSTANCE RELOAD TLS", admin))
                await reload.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            next.WriteTo(CaCertificatePath);
            CertificateAuthority.Dispose();
            CertificateAuthority = next;
            return next;
        }
        finally { _change.Release(); }
    }

    public abstract Task<string> ReadLogAsync(int lines = 50, CancellationToken cancellationToken = default);

    public abstract ValueTask DisposeAsync();

    /// <summary>The first start is over, scripts and all: kept data is kept from now on.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => SendAsync(Supervisor.Complete, cancellationToken);

    /// <summary>What is done to the server each time it has been started again, before it counts as running.</summary>
    internal Func<CancellationToken, Task>? WhenBack { get; set; }

    /// <summary>Where another server of the same kind reaches this one, to replicate from it.</summary>
    internal virtual Task<EmulatorEndpoint> GetPeerAddressAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new EmulatorEndpoint(Host, Port));

    /// <summary>Says where the server is dialled, which its certificate must name.</summary>
    protected void DialledAt(string host, params IEnumerable<string> moreNames)
    {
        Host = host;
        Names =
        [
            .. Enumerable.Concat(["localhost", "127.0.0.1", "::1", host], moreNames).Concat(Options.Names).Concat(Options.NetworkAliases)
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>Writes to the supervisor's standard input.</summary>
    protected abstract Task SendAsync(string text, CancellationToken cancellationToken);

    /// <summary>Whether mysqld, or the container around it, is still there.</summary>
    protected abstract Task<bool> IsAliveAsync(CancellationToken cancellationToken);

    /// <summary>Puts CA, certificate and key where mysqld reads them.</summary>
    protected abstract Task PutTlsFilesAsync(
        EmulatorCertificateAuthority authority, ServerCertificate certificate, CancellationToken cancellationToken);

    /// <summary>Waits for the first login, and tells the supervisor that the server is up.</summary>
    protected async Task FirstReadyAsync(CancellationToken cancellationToken)
    {
        await WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(Supervisor.Ready, cancellationToken).ConfigureAwait(false);
        Log.Listening(Description, Version, Host, Port);
    }

    /// <summary>From here on an end of the server is nobody's surprise.</summary>
    protected void Ending() => _ending.Cancel();

    /// <summary>Takes a line that the supervisor wrote; others are passed over.</summary>
    protected void OnSupervisorLine(string line)
    {
        if (!line.StartsWith(Supervisor.EventPrefix, StringComparison.Ordinal))
            return;
        var words = line[Supervisor.EventPrefix.Length..].Split(' ');
        var how = words.Length > 1 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? Supervisor.Describe(code)
            : "for no known reason";
        if (words[0] == "died")
            _ = Task.Run(() => ComeBackAsync(how));
        else
            OnSupervisorGone(how);
    }

    /// <summary>The supervisor has ended, and the server with it.</summary>
    protected void OnSupervisorGone(string how)
    {
        if (Interlocked.CompareExchange(ref _ended, how, null) is not null || !_isUp)
            return;
        Tell(LocalMySqlServerState.Ended, $"{Description} is gone ({how}) and does not come back; start another one."
            + (Options.DataVolume is null ? " Its data is lost." : " Its data is kept."));
    }

    private async Task ComeBackAsync(string how)
    {
        Tell(LocalMySqlServerState.Restarting, $"{Description} died ({how}); it is being started again on the same data.");
        try
        {
            await _change.WaitAsync(_ending.Token).ConfigureAwait(false);
            try
            {
                await WaitUntilReadyAsync(_ending.Token).ConfigureAwait(false);
                await SendAsync(Supervisor.Ready, _ending.Token).ConfigureAwait(false);
                if (WhenBack is { } whenBack) await whenBack(_ending.Token).ConfigureAwait(false);
            }
            finally { _change.Release(); }

            Tell(LocalMySqlServerState.Running, $"{Description} answers again on {Host}:{Port}.");
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // It is being ended.
        }
        catch (Exception e) when (e is LocalMySqlServerException or MySqlException or IOException or HttpRequestException)
        {
            OnSupervisorGone(e.Message.ReplaceLineEndings(" "));
        }
    }

    private void Tell(LocalMySqlServerState state, string message)
    {
        if (_ending.IsCancellationRequested)
            return;
        var change = new LocalMySqlServerStateChange(state, message);
        Log.Changed(change);
        StateChanged?.Invoke(this, change);
    }

    // The old server is gone when a connection to it breaks.
    private async Task WaitUntilGoneAsync(MySqlConnection old, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Options.StartTimeout);
        try
        {
            while (await old.PingAsync(patience.Token).ConfigureAwait(false)) await Task.Delay(20, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LocalMySqlServerException(
                LocalMySqlServerProblem.StartTimeout,
                $"{Description} was told to restart and still answered on {Host}:{Port} after {Options.StartTimeout.TotalSeconds:0} s"
                + $" (LocalMySqlServerOptions.StartTimeout). Dispose of it and start another. {await LogAsync().ConfigureAwait(false)}",
                e);
        }
    }

    /// <summary>Waits until a login succeeds: that is what a client will do, and nothing less says that the server is ready.</summary>
    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        var attempts = 0;
        while (clock.Elapsed < Options.StartTimeout)
        {
            try
            {
                var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
                await using var _ = connection.ConfigureAwait(false);
                Version = connection.ServerVersion;
                _isUp = true;
                return;
            }
            catch (MySqlException e) { last = e; }

            var look = ++attempts % 10 == 0;
            if (Volatile.Read(ref _ended) is not null || (look && !await IsAliveAsync(cancellationToken).ConfigureAwait(false)))
                throw await StartFailedAsync(last).ConfigureAwait(false);
            await Task.Delay(20, cancellationToken).ConfigureAwait(false);
        }

        throw new LocalMySqlServerException(
            LocalMySqlServerProblem.StartTimeout,
            $"{Description} did not answer a login on {Host}:{Port} within {Options.StartTimeout.TotalSeconds:0} s"
            + $" (LocalMySqlServerOptions.StartTimeout): {last?.Message} {await LogAsync().ConfigureAwait(false)}",
            last);
    }

    private async Task<LocalMySqlServerException> StartFailedAsync(Exception? last)
    {
        var log = await LogAsync().ConfigureAwait(false);
        if (DiskFull.IsSaidIn(log))
            return DiskFull.At(Options.DataVolume ?? Folder.Path, last);
        var kept = Options.DataVolume is { } volume ? $" The data in {volume} may be of a newer version, or damaged." : "";
        return new LocalMySqlServerException(
            LocalMySqlServerProblem.StartFailed, $"{Description} ended while it was starting.{kept} {log}", last);
    }

    private async Task<MySqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(AdminConnectionString + ";Pooling=false");
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<string> LogAsync()
    {
        try { return $"The end of its log:{Environment.NewLine}{await ReadLogAsync(30, CancellationToken.None).ConfigureAwait(false)}"; }
        catch (Exception e) when (e is IOException or Docker.DotNet.DockerApiException or HttpRequestException)
        {
            return "Its log cannot be read.";
        }
    }
}
