using System.Globalization;
using System.Runtime.InteropServices;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Local;

/// <summary>What <c>rds-iam local</c> runs: one server, or with <c>--reader</c> a writer and a reader.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private readonly LocalRds? _one;
    private readonly LocalAurora? _aurora;
    private readonly PosixSignalRegistration? _failoverSignal;

    private LocalCluster(LocalRds? one, LocalAurora? aurora)
    {
        (_one, _aurora) = (one, aurora);
        // Taken without a reader too: by itself the signal would end this process.
        if (!OperatingSystem.IsWindows())
            _failoverSignal = PosixSignalRegistration.Create((PosixSignal)Signals.FailoverSignal, OnFailoverSignal);
        if (aurora is not null)
            aurora.FailedOver += (_, done) => Terminal.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"failover: {done.NewWriter} is the writer now, after {done.Duration.TotalMilliseconds:0} ms; {done.SessionsEnded} sessions"
                + $" of {done.OldWriter} were ended"));
    }

    public RdsIamEmulator Emulator => _aurora?.Emulator ?? _one!.Emulator;

    public string CaCertificatePath => _aurora?.CaCertificatePath ?? _one!.CaCertificatePath;

    /// <summary>What answers where, for people.</summary>
    public string Where => _aurora is { } aurora
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{aurora.Writer.Description} answers on {aurora.WriterEndpoint.Host}:{aurora.WriterEndpoint.Port}, its reader on"
            + $" {aurora.ReaderEndpoint.Host}:{aurora.ReaderEndpoint.Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{_one!.Server.Description} answers on {_one.Server.Host}:{_one.Server.Port}");

    public static async Task<LocalCluster> StartAsync(LocalRdsOptions options, bool reader, CancellationToken cancellationToken) => reader
        ? new(null, await LocalAurora.StartAsync(new LocalAuroraOptions { Rds = options }, cancellationToken))
        : new(await LocalRds.StartAsync(options, cancellationToken), null);

    /// <summary>Calls back when a server dies, answers again or is gone.</summary>
    public void OnStateChanged(Action<LocalMySqlServerStateChange> tell)
    {
        if (_aurora is not null)
            _aurora.StateChanged += (_, change) => tell(change);
        else
            _one!.Server.StateChanged += (_, change) => tell(change);
    }

    public IReadOnlyDictionary<string, string> GetEnvironment(string name, string user, string database) =>
        _aurora?.GetEnvironment(name, readerName: null, user, database) ?? _one!.GetEnvironment(name, user, database);

    public async ValueTask DisposeAsync()
    {
        _failoverSignal?.Dispose();
        if (_aurora is not null)
            await _aurora.DisposeAsync();
        if (_one is not null)
            await _one.DisposeAsync();
    }

    private void OnFailoverSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_aurora is null)
        {
            Terminal.Say("a failover was asked for, but there is no reader; start with --reader");
            return;
        }

        _ = FailoverAsync(_aurora);
    }

    private static async Task FailoverAsync(LocalAurora aurora)
    {
        try
        {
            await aurora.FailoverAsync();
        }
        catch (Exception e) when (e is LocalMySqlServerException or MySqlConnector.MySqlException or ObjectDisposedException)
        {
            Terminal.Say($"the failover did not succeed, and the roles stay: {e.Message}");
        }
    }
}
