using System.Diagnostics;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>
/// Who of two servers is the writer and who the reader, and the endpoints that lead to them. Servers, emulator and endpoints are somebody
/// else's, who started them and ends them.
/// </summary>
internal sealed class AuroraCluster : IDisposable
{
    private readonly RdsIamEmulator _emulator;
    private readonly EndpointForwarder _writerEndpoint;
    private readonly EndpointForwarder _readerEndpoint;
    // A replication password has 32 characters at most.
    private readonly string _replicationPassword = Supervisor.NewPassword()[..32];
    private readonly SemaphoreSlim _change = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private volatile AuroraInstance _writer;
    private volatile AuroraInstance _reader;

    public AuroraCluster(
        RdsIamEmulator emulator,
        AuroraInstance writer,
        AuroraInstance reader,
        EndpointForwarder writerEndpoint,
        EndpointForwarder readerEndpoint)
    {
        (_emulator, _writer, _reader) = (emulator, writer, reader);
        (_writerEndpoint, _readerEndpoint) = (writerEndpoint, readerEndpoint);
    }

    public AuroraInstance Writer => _writer;

    public AuroraInstance Reader => _reader;

    /// <summary>As <see cref="LocalAurora.StaleNameFor"/>.</summary>
    public TimeSpan StaleNameFor { get; set; }

    /// <summary>
    /// Makes the reader follow the writer, and lets the endpoints lead to them. The emulator judges at both already: users need the plugin.
    /// </summary>
    /// <exception cref="LocalMySqlServerException">The reader does not get the writer's transactions; the message says why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var source = await _writer.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var closeSource = source.ConfigureAwait(false);
        var admin = await _reader.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var closeAdmin = admin.ConfigureAwait(false);
        await AuroraInstance.CreateReplicationUserAsync(source, _replicationPassword, cancellationToken).ConfigureAwait(false);
        await AuroraInstance.CreateReplicationUserAsync(admin, _replicationPassword, cancellationToken).ConfigureAwait(false);
        await AuroraInstance.PromoteAsync(source, cancellationToken).ConfigureAwait(false);
        await AuroraInstance.DemoteAsync(admin, cancellationToken).ConfigureAwait(false);
        await AuroraInstance.FollowAsync(admin, _writer, _replicationPassword, cancellationToken).ConfigureAwait(false);
        await _reader.CatchUpAsync(admin, source, cancellationToken).ConfigureAwait(false);
        _writerEndpoint.Release(_writer.Address, endOthers: true);
        _readerEndpoint.Release(_reader.Address, endOthers: true);
    }

    /// <summary>As <see cref="LocalAurora.FailoverAsync"/>.</summary>
    public async Task<AuroraFailover> FailoverAsync(CancellationToken cancellationToken)
    {
        await _change.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (old, next) = (_writer, _reader);
            var demoted = await old.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var closeDemoted = demoted.ConfigureAwait(false);
            var promoted = await next.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var closePromoted = promoted.ConfigureAwait(false);
            var started = Stopwatch.GetTimestamp();
            _writerEndpoint.Hold();
            int ended;
            try
            {
                ended = await AuroraInstance.EndSessionsAsync(demoted, cancellationToken).ConfigureAwait(false);
                await ChangeRolesAsync(old, demoted, next, promoted, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                // To whoever is the writer now: the new one, or the old one when it failed.
                if (StaleNameFor > TimeSpan.Zero && _writer == next)
                {
                    _writerEndpoint.Release(old.Address, endOthers: true);
                    _ = FollowNameLaterAsync(StaleNameFor, _ending.Token);
                }
                else
                {
                    _writerEndpoint.Release(_writer.Address, endOthers: true);
                }
            }

            var duration = Stopwatch.GetElapsedTime(started);
            _readerEndpoint.Release(_reader.Address, endOthers: false);
            // Whoever came in at its own address meanwhile; those that a cached name brings are let be.
            if (StaleNameFor == TimeSpan.Zero)
                ended += await AuroraInstance.EndSessionsAsync(demoted, CancellationToken.None).ConfigureAwait(false);
            await AuroraInstance.FollowAsync(demoted, next, _replicationPassword, CancellationToken.None).ConfigureAwait(false);
            return new AuroraFailover(old.Name, next.Name, ended, duration);
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>As <see cref="LocalAurora.WaitForReaderAsync"/>.</summary>
    public async Task WaitForReaderAsync(CancellationToken cancellationToken)
    {
        await _change.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var source = await _writer.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var closeSource = source.ConfigureAwait(false);
            var admin = await _reader.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var closeAdmin = admin.ConfigureAwait(false);
            await _reader.CatchUpAsync(admin, source, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>
    /// What a server that was started again is told: a reader follows by itself, and the writer has to hear that it is the one.
    /// </summary>
    /// <param name="name">The instance's name.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task TakeUpRoleAsync(string name, CancellationToken cancellationToken)
    {
        var writer = _writer;
        if (writer.Name != name)
            return;
        var admin = await writer.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = admin.ConfigureAwait(false);
        await AuroraInstance.ExecuteAsync(admin, AuroraInstance.TakeWrites, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
        _change.Dispose();
    }

    private async Task ChangeRolesAsync(
        AuroraInstance old, MySqlConnection demoted, AuroraInstance next, MySqlConnection promoted, CancellationToken cancellationToken)
    {
        await AuroraInstance.DemoteAsync(demoted, cancellationToken).ConfigureAwait(false);
        try
        {
            await next.CatchUpAsync(promoted, demoted, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await AuroraInstance.ExecuteAsync(demoted, AuroraInstance.TakeWrites, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        // From here on there is no way back: half of a failover would be a cluster with two writers, or none.
        await AuroraInstance.PromoteAsync(promoted, CancellationToken.None).ConfigureAwait(false);
        (_writer, _reader) = (next, old);
        _emulator.UsePrimary(next.AdminConnectionString);
    }

    private async Task FollowNameLaterAsync(TimeSpan delay, CancellationToken ending)
    {
        await Task.Delay(delay, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ending.IsCancellationRequested)
            _writerEndpoint.Release(_writer.Address, endOthers: false);
    }
}
