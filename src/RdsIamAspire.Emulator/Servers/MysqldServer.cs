using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire.Emulator;

/// <summary>A mysqld process of this user, on a data directory of its own.</summary>
internal sealed class MysqldServer : SupervisedServer
{
    /// <summary>So many free ports are tried.</summary>
    private const int MostPorts = 5;

    private readonly MysqldBinary _binary;
    private readonly DataFolder? _kept;
    private Process? _process;

    private MysqldServer(MysqldBinary binary, LocalMySqlServerOptions options, RunFolder folder)
        : base(options, folder)
    {
        DialledAt("127.0.0.1", options.ListenOnAllAddresses ? [Dns.GetHostName()] : []);
        _binary = binary;
        Port = options.Port ?? 0;
        _kept = options.DataVolume is { } path ? DataFolder.Open(path) : null;
    }

    public override LocalMySqlServerKind Kind => LocalMySqlServerKind.Mysqld;

    public override string Description => $"mysqld {_binary.Version} ({_binary.Path})";

    private string DataDirectory => _kept?.DataDirectory ?? Folder["data"];

    public static async Task<SupervisedServer> StartAsync(
        MysqldBinary binary, LocalMySqlServerOptions options, CancellationToken cancellationToken)
    {
        if (binary.Problem is { } problem)
        {
            throw new LocalMySqlServerException(
                MysqldBinary.PluginArchitecture is null
                    ? LocalMySqlServerProblem.UnsupportedArchitecture
                    : LocalMySqlServerProblem.UnsupportedVersion,
                $"{binary.Path} cannot be used: {problem}.");
        }

        if (options.Port is { } port && !IsFree(port))
        {
            throw new LocalMySqlServerException(
                LocalMySqlServerProblem.PortInUse,
                $"Port {port} is in use on this machine; end what listens there, choose another port, or leave it out for a free one.");
        }

        RunFolder.SweepLeftovers();
        var rebuild = false;
        for (var attempt = 1; ; attempt++)
        {
            var server = Create(binary, options);
            try
            {
                await server.StartAsync(rebuild, cancellationToken).ConfigureAwait(false);
                return server;
            }
            catch (LocalMySqlServerException e) when (e.Problem == LocalMySqlServerProblem.StartFailed
                && options.Port is null && attempt < MostPorts && !IsFree(server.Port))
            {
                // Somebody took the free port before the server did.
                await server.DisposeAsync().ConfigureAwait(false);
            }
            catch (LocalMySqlServerException e) when (e.Problem == LocalMySqlServerProblem.StartFailed && !rebuild
                && options.DataVolume is null && options.ServerArguments.Count == 0)
            {
                // The kept data directory may be damaged: once more, from scratch.
                rebuild = true;
                server.Log.Rebuilding(server.Description);
                await server.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await server.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private static MysqldServer Create(MysqldBinary binary, LocalMySqlServerOptions options)
    {
        var folder = RunFolder.Create();
        try { return new MysqldServer(binary, options, folder); }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Ending();
        if (_process is { } process)
        {
            _process = null;
            try { process.StandardInput.Close(); } catch (IOException) { }
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try { await process.WaitForExitAsync(patience.Token).ConfigureAwait(false); }
            catch (OperationCanceledException) { process.Kill(entireProcessTree: true); }
            process.Dispose();
        }

        // Where its supervisor was killed, nobody else has.
        Folder.EndServer();
        _kept?.Dispose();
        CertificateAuthority.Dispose();
        Folder.Dispose();
    }

    public override async Task<string> ReadLogAsync(int lines = 50, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(Folder.Log)) return "";
        var log = await File.ReadAllLinesAsync(Folder.Log, cancellationToken).ConfigureAwait(false);
        return string.Join(Environment.NewLine, log.TakeLast(lines));
    }

    protected override async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        var input = (_process ?? throw new ObjectDisposedException(nameof(MysqldServer))).StandardInput;
        await input.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
        await input.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override Task<bool> IsAliveAsync(CancellationToken cancellationToken) => Task.FromResult(_process is { HasExited: false });

    protected override Task PutTlsFilesAsync(
        EmulatorCertificateAuthority authority, ServerCertificate certificate, CancellationToken cancellationToken)
    {
        var tls = Folder["tls"];
        PrivateFile.CreateFolder(tls);
        PrivateFile.Replace(Path.Combine(tls, "ca.pem"), authority.CertificatePem);
        PrivateFile.Replace(Path.Combine(tls, "server-key.pem"), certificate.PrivateKeyPem);
        PrivateFile.Replace(Path.Combine(tls, "server-cert.pem"), certificate.CertificatePem);
        return Task.CompletedTask;
    }

    private async Task StartAsync(bool rebuild, CancellationToken cancellationToken)
    {
        if (_kept is null)
            await CopyDataAsync(DataDirectory).ConfigureAwait(false);
        else if (!_kept.IsMade)
            await _kept.MakeAsync(CopyDataAsync).ConfigureAwait(false);

        await PutTlsFilesAsync(CertificateAuthority, CertificateAuthority.CreateServerCertificate(Names), cancellationToken)
            .ConfigureAwait(false);
        MakePluginFolder();
        if (Port == 0) Port = FreePort();

        var initFile = Folder["init.sql"];
        var bindAddress = Options.ListenOnAllAddresses ? "*" : "127.0.0.1";
        var mysqld = (string[])
        [
            .. _binary.Command,
            "--no-defaults",
            .. _binary.BaseArguments,
            .. InitializedDataDirectory.RootArguments,
            $"--plugin-dir={Folder["plugins"]}",
            $"--pid-file={Folder.ProcessId}",
            // Relative to the data directory: a socket's full path may hold 107 bytes only.
            "--socket=mysql.sock",
            .. MysqldArguments.Serve(DataDirectory, Folder["tls"], initFile, bindAddress, Port, Options),
        ];
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        var command = Supervisor.Command(Options, Folder.Path, initFile, owner: "", Folder.Log, copyFrom: "", DataDirectory, mysqld);
        foreach (var argument in command)
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _ = WatchAsync(_process);
        await SendAsync(Supervisor.FirstStatements(Password), cancellationToken).ConfigureAwait(false);
        await FirstReadyAsync(cancellationToken).ConfigureAwait(false);

        Task CopyDataAsync(string target) =>
            InitializedDataDirectory.CopyAsync(_binary, Options.ServerArguments, target, rebuild, Log, cancellationToken);
    }

    // The supervisor writes what happens to the server; the end of that is its own end.
    private async Task WatchAsync(Process supervisor)
    {
        try
        {
            while (await supervisor.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
                OnSupervisorLine(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It is being disposed of.
        }

        if (_process is not null)
        {
            Folder.EndServer();
            OnSupervisorGone("its supervisor was ended");
        }
    }

    // The server's own plugins and components stay usable; the binary's folder is not ours to write to.
    private void MakePluginFolder()
    {
        var plugins = Folder["plugins"];
        PrivateFile.CreateFolder(plugins);
        if (Directory.Exists(_binary.PluginDirectory))
            foreach (var library in Directory.EnumerateFiles(_binary.PluginDirectory, "*.so"))
                File.CreateSymbolicLink(Path.Combine(plugins, Path.GetFileName(library)), library);
        var own = Path.Combine(plugins, EmulatorPlugin.FileName);
        File.Delete(own);
        File.WriteAllBytes(own, EmulatorPlugin.GetLibrary(_binary.Architecture));
    }

    /// <summary>Whether nobody listens on this port of loopback.</summary>
    internal static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try { listener.Start(); }
        catch (SocketException) { return false; }
        return true;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
