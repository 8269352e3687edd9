using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>What a server in a container and a mysqld process have in common: certificates, logins, restart, rotation.</summary>
internal abstract class SupervisedServer : ILocalMySqlServer
{
    private readonly SemaphoreSlim _change = new(1, 1);
    private string? _adminConnectionString;

    protected SupervisedServer(LocalMySqlServerOptions options, RunFolder folder)
    {
        Options = options;
        Folder = folder;
        CertificateAuthority = EmulatorCertificateAuthority.Create();
        CertificateAuthority.WriteTo(folder.CaCertificate);
        Logger = options.LoggerFactory.CreateLogger("RdsIamAspire.Emulator.Servers");
    }

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

    protected ILogger Logger { get; }

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
            using (var reload = new MySqlCommand("ALTER INSTANCE RELOAD TLS", admin)) await reload.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            next.WriteTo(CaCertificatePath);
            CertificateAuthority.Dispose();
            CertificateAuthority = next;
            return next;
        }
        finally { _change.Release(); }
    }

    public abstract Task<string> ReadLogAsync(int lines = 50, CancellationToken cancellationToken = default);

    public abstract ValueTask DisposeAsync();

    /// <summary>Says where the server is dialled, which its certificate must name.</summary>
    protected void DialledAt(string host, params IEnumerable<string> moreNames)
    {
        Host = host;
        Names = [.. Enumerable.Concat(["localhost", "127.0.0.1", "::1", host], moreNames).Concat(Options.Names).Concat(Options.NetworkAliases).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Writes to the supervisor's standard input.</summary>
    protected abstract Task SendAsync(string text, CancellationToken cancellationToken);

    /// <summary>Whether mysqld, or the container around it, is still there.</summary>
    protected abstract Task<bool> IsAliveAsync(CancellationToken cancellationToken);

    /// <summary>Puts CA, certificate and key where mysqld reads them.</summary>
    protected abstract Task PutTlsFilesAsync(EmulatorCertificateAuthority authority, ServerCertificate certificate, CancellationToken cancellationToken);

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
                $"{Description} was told to restart and still answered on {Host}:{Port} after {Options.StartTimeout.TotalSeconds:0} s (LocalMySqlServerOptions.StartTimeout). Dispose of it and start another. {await LogAsync().ConfigureAwait(false)}",
                e);
        }
    }

    /// <summary>Waits until a login succeeds: that is what a client will do, and nothing less says that the server is ready.</summary>
    protected async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
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
                return;
            }
            catch (MySqlException e) { last = e; }

            if (++attempts % 10 == 0 && !await IsAliveAsync(cancellationToken).ConfigureAwait(false))
                throw new LocalMySqlServerException(LocalMySqlServerProblem.StartFailed, $"{Description} ended while it was starting. {await LogAsync().ConfigureAwait(false)}", last);
            await Task.Delay(20, cancellationToken).ConfigureAwait(false);
        }

        throw new LocalMySqlServerException(
            LocalMySqlServerProblem.StartTimeout,
            $"{Description} did not answer a login on {Host}:{Port} within {Options.StartTimeout.TotalSeconds:0} s (LocalMySqlServerOptions.StartTimeout): {last?.Message} {await LogAsync().ConfigureAwait(false)}",
            last);
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
        catch (Exception e) when (e is IOException or Docker.DotNet.DockerApiException or HttpRequestException) { return "Its log cannot be read."; }
    }
}
