using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>
/// Waits for logins on several connections at once and answers them. Survives a restart of the server: reconnects, installs again
/// what is gone, claims again.
/// </summary>
/// <remarks>
/// Waits on the server (long poll, back-off) run on the machine's own time; <see cref="EmulatorFaults.LoginDelay"/> runs on the
/// emulator's clock.
/// </remarks>
internal sealed partial class LoginAgent : IAsyncDisposable
{
    // A waiting call cannot be ended from outside (the server's KILL does not reach into a loadable function): this is how long a shutdown
    // may wait for it.
    private static readonly TimeSpan PollWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(1);

    // An agent that was killed leaves calls waiting on the server for as long as PollWait, and counts as there for two more seconds.
    private static readonly TimeSpan ClaimPatience = TimeSpan.FromSeconds(5);

    private readonly MySqlDataSource _server;
    private readonly Func<ParkedLogin, LoginAttempt> _judge;
    private readonly EmulatorFaults _faults;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    // Tells this agent from another; no secret: the server checks the privilege of whoever shows it.
    private readonly string _agentId = RandomNumberGenerator.GetHexString(64, lowercase: true);
    private readonly OfferedLogins _offered = new(TimeProvider.System);
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _attaching = new(1, 1);
    private Task[] _polls = [];
    private bool _away;

    public LoginAgent(
        MySqlDataSource server, Func<ParkedLogin, LoginAttempt> judge, EmulatorFaults faults, TimeProvider time, ILogger logger)
    {
        _server = server;
        _judge = judge;
        _faults = faults;
        _time = time;
        _logger = logger;
    }

    /// <exception cref="EmulatorAttachException">The plugin cannot be loaded or another agent has the logins.</exception>
    public async Task StartAsync(int connections, CancellationToken cancellationToken)
    {
        await AttachAsync(cancellationToken).ConfigureAwait(false);
        _polls =
        [
            .. Enumerable.Range(0, connections).Select(_ => Task.Factory.StartNew(
                () => Poll(_ending.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested)
            return;
        await _ending.CancelAsync().ConfigureAwait(false);
        if (_polls.Length > 0)
        {
            try
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
                using var connection = await _server.OpenConnectionAsync(patience.Token).ConfigureAwait(false);
                await LoginChannel.ReleaseAsync(connection, _agentId, patience.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsAway(exception) || exception is OperationCanceledException)
            {
                // The server is gone already, and the claim with it.
            }

            await Task.WhenAll(_polls).ConfigureAwait(false);
        }

        _attaching.Dispose();
        _ending.Dispose();
    }

    /// <summary>
    /// Claims the logins of a server that has just been restarted, without waiting for the next retry of the polls: from then on logins
    /// wait for these to come back.
    /// </summary>
    public Task ReattachNowAsync(CancellationToken cancellationToken) => AttachAsync(cancellationToken);

    private async Task AttachAsync(CancellationToken cancellationToken)
    {
        await _attaching.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var connection = await _server.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await PluginInstallation.EnsureAsync(connection, cancellationToken).ConfigureAwait(false);
            var started = TimeProvider.System.GetTimestamp();
            while (!await LoginChannel.ClaimAsync(connection, _agentId, cancellationToken).ConfigureAwait(false))
            {
                if (TimeProvider.System.GetElapsedTime(started) > ClaimPatience)
                {
                    throw new EmulatorAttachException(
                        "Another emulator is attached to this server and judges its logins; a server has one at a time."
                        + " End the other process (or dispose its RdsIamEmulator), or start a server of your own.");
                }

                await Task.Delay(FirstRetry * 2, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (MySqlException exception) when (PluginInstallation.ExplainCall(exception) is { } explanation)
        {
            throw explanation;
        }
        finally
        {
            _attaching.Release();
        }
    }

    // On a thread of its own: in the same process as clients that block the pool's threads in Open(), the answer to them must not wait for
    // one of those.
    private void Poll(CancellationToken cancellationToken)
    {
        var retry = FirstRetry;
        // Outlives its connection: an answer that could not be sent is the first thing that the next one sends.
        LoginVerdict? answer = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using (var channel = LoginChannel.Open(_server, _agentId))
                {
                    while (!cancellationToken.IsCancellationRequested)
                    {
                        var (isAgent, login) = channel.Exchange(answer, PollWait);
                        retry = FirstRetry;
                        if (!isAgent)
                            break;
                        answer = login is null ? null : Answer(login, cancellationToken);
                    }
                }

                if (!cancellationToken.IsCancellationRequested)
                    Reattach(cancellationToken);
            }
#pragma warning disable CA1031 // whatever it is, this thread has to go on: without it logins are refused
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (cancellationToken.IsCancellationRequested)
                    return;
                if (!Interlocked.Exchange(ref _away, true))
                    LogLost(_logger, exception.Message);
                cancellationToken.WaitHandle.WaitOne(retry);
                retry = retry * 2 < LastRetry ? retry * 2 : LastRetry;
                Reattach(cancellationToken);
            }
        }
    }

    // The server restarted (the claim is gone), was made anew (plugin and functions are gone), or is still away.
    private void Reattach(CancellationToken cancellationToken)
    {
        try
        {
            AttachAsync(cancellationToken).GetAwaiter().GetResult();
            if (Interlocked.Exchange(ref _away, false))
                LogBack(_logger);
        }
        catch (Exception exception) when (IsAway(exception))
        {
            // Still away; the next round tries again.
        }
        catch (EmulatorAttachException exception)
        {
            LogCannotAttach(_logger, exception.Message);
            cancellationToken.WaitHandle.WaitOne(LastRetry);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    /// <returns>The answer to send with the next call; null when it goes another way, or none is given.</returns>
    private LoginVerdict? Answer(ParkedLogin login, CancellationToken cancellationToken)
    {
        if (!_offered.TryBegin(login.Id, out var given))
            return given;
        if (_faults.AgentSilent)
            return null;
        var attempt = _judge(login);
        var verdict = new LoginVerdict(login.Id, attempt.Allowed, attempt.Allowed ? attempt.PrincipalArn : null);
        if (_faults.LoginDelay > TimeSpan.Zero)
        {
            _ = AnswerLaterAsync(verdict, _faults.LoginDelay, cancellationToken);
            return null;
        }

        _offered.Complete(verdict);
        return verdict;
    }

    private async Task AnswerLaterAsync(LoginVerdict verdict, TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            _offered.Complete(verdict);
            await LoginChannel.AnswerAsync(_server, _agentId, verdict, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsAway(exception) || exception is OperationCanceledException)
        {
            // The plugin offers the login once more, or refuses it at its deadline.
        }
    }

    private static bool IsAway(Exception exception) => exception is MySqlException or InvalidOperationException or IOException;

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "The server went away; trying until it is back. ({Cause})")]
    private static partial void LogLost(ILogger logger, string cause);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "Attached to the server again.")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(EventId = 12, Level = LogLevel.Error, Message = "Logins cannot be judged: {Reason}")]
    private static partial void LogCannotAttach(ILogger logger, string reason);
}
