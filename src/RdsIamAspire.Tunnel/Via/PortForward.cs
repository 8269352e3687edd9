using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Tunnel.Via;

/// <summary>
/// A port-forward to an endpoint, kept open: a program of AWS's or ssh is started, started again when it ends, and ended with this. A
/// connection is handed out once the server has sent its first byte through it, so the way is seen to carry bytes, and no connection is
/// opened at the server for that alone.
/// </summary>
internal sealed partial class PortForward : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(12);

    private readonly ForwardStart _start;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<ForwardProgram> _current = NewAttempt();
    private TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _keeping;
    private int _silent;

    /// <summary>One that is opened when it is first dialled, or by <see cref="OpenAsync"/>.</summary>
    /// <param name="route">The way.</param>
    /// <param name="to">The endpoint, as the machine on the way dials it.</param>
    /// <param name="region">The region of that machine; null leaves it to the AWS CLI.</param>
    /// <param name="log">Where an accident is said.</param>
    /// <param name="time">The clock.</param>
    /// <param name="profile">The AWS profile of the programs; null leaves them this process's own.</param>
    public PortForward(ViaRoute route, RdsEndpoint to, string? region, ILogger log, TimeProvider time, string? profile = null)
    {
        (Route, To, _log, _time) = (route, to, log, time);
        _start = new ForwardStart(route, to, new AwsCli(region, profile));
    }

    /// <summary>The way.</summary>
    public ViaRoute Route { get; }

    /// <summary>The endpoint behind it.</summary>
    public RdsEndpoint To { get; }

    /// <summary>Where the program listens at present.</summary>
    /// <exception cref="ForwardException">The way cannot be opened.</exception>
    public async Task<IPEndPoint> OpenAsync(CancellationToken cancellationToken) =>
        new(IPAddress.Loopback, (await RunningAsync(cancellationToken).ConfigureAwait(false)).Port);

    /// <summary>A connection to the endpoint on which its first byte has come, unread.</summary>
    /// <exception cref="ForwardException">The way cannot be opened, or the machine on it does not reach the endpoint.</exception>
    public async Task<TcpClient> DialAsync(CancellationToken cancellationToken)
    {
        var program = await RunningAsync(cancellationToken).ConfigureAwait(false);
        var tcp = new TcpClient { NoDelay = true };
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(SilenceLimit);
        try
        {
            await tcp.ConnectAsync(IPAddress.Loopback, program.Port, silence.Token).ConfigureAwait(false);
            // A read of nothing ends when something can be read, or when the other end has closed.
            await tcp.Client.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, silence.Token).ConfigureAwait(false);
            if (tcp.Available == 0)
            {
                await LastWordsAsync(program, cancellationToken).ConfigureAwait(false);
                throw program.Problem($"{Route.Text} was opened, and {To} cannot be reached from there");
            }

            Volatile.Write(ref _silent, 0);
            return tcp;
        }
        catch (SocketException e)
        {
            tcp.Dispose();
            throw new ForwardException($"{Route.Text} does not take connections at present: {e.Message}",
                "it is opened anew; try again in a moment", e);
        }
        catch (OperationCanceledException e)
        {
            tcp.Dispose();
            // A link that is dead looks the same as a database that is: the second time the program is started anew.
            if (Interlocked.Increment(ref _silent) >= 2 && Interlocked.Exchange(ref _silent, 0) >= 2)
                await program.DisposeAsync().ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
                throw;
            throw new ForwardException(
                $"{Route.Text} is open and carries no bytes of {To} within {SilenceLimit.TotalSeconds:0} seconds",
                "the database's security group must let that machine in on the port", e);
        }
        catch
        {
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>Closes the way: the program, and all that it has started, is ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        if (_keeping is not null)
            await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _start.DisposeAsync().ConfigureAwait(false);
    }

    private static TaskCompletionSource<ForwardProgram> NewAttempt() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // ssh says why a channel failed a moment after it has closed it.
    private static async Task LastWordsAsync(ForwardProgram program, CancellationToken cancellationToken) =>
        await Task.WhenAny(program.Ended, Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken)).ConfigureAwait(false);

    private async Task<ForwardProgram> RunningAsync(CancellationToken cancellationToken)
    {
        Task<ForwardProgram> attempt;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
            _keeping ??= Task.Run(KeepOpenAsync, CancellationToken.None);
            // After a failure whoever comes has it tried again, and waits for that.
            if (_current.Task.IsFaulted)
                _current = NewAttempt();
            _wanted.TrySetResult();
            attempt = _current.Task;
        }

        return await attempt.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task KeepOpenAsync()
    {
        var delay = FirstDelay;
        var isKnown = false;
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var program = await StartAsync().ConfigureAwait(false);
                await using (program.ConfigureAwait(false))
                {
                    (delay, isKnown) = (FirstDelay, true);
                    Current().TrySetResult(program);
                    await program.Ended.WaitAsync(_ending.Token).ConfigureAwait(false);
                    lock (_lock)
                        _current = NewAttempt();
                    LogDropped(_log, Route.Text, program.Problem("it has ended").Message);
                }
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                break;
            }
            catch (ForwardException e)
            {
                Fail(e);
                // The first to dial says it himself.
                if (isKnown)
                    LogFailed(_log, Route.Text, e.Line, delay.TotalSeconds);
                isKnown = true;
                // Sooner when somebody wants it, but not at once: each try may be a session at AWS.
                await Task.Delay(FirstDelay, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var rest = Task.Delay(delay - FirstDelay, _time, _ending.Token);
                await Task.WhenAny(rest, Wanted()).ConfigureAwait(false);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }

        lock (_lock)
        {
            if (!_current.TrySetCanceled() && !_current.Task.IsFaulted)
                (_current = NewAttempt()).TrySetCanceled();
        }
    }

    private TaskCompletionSource<ForwardProgram> Current()
    {
        lock (_lock)
        {
            if (_current.Task.IsCompleted)
                _current = NewAttempt();
            return _current;
        }
    }

    private void Fail(ForwardException e)
    {
        lock (_lock)
        {
            _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var current = Current();
            current.TrySetException(e);
            // Nobody may be waiting.
            _ = current.Task.Exception;
        }
    }

    private Task Wanted()
    {
        lock (_lock)
            return _wanted.Task;
    }

    private async Task<ForwardProgram> StartAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        limit.CancelAfter(StartLimit);
        ForwardProgram? program = null;
        try
        {
            var began = Stopwatch.GetTimestamp();
            program = ForwardProgram.Start(await _start.CommandAsync(limit.Token).ConfigureAwait(false), _start.Aws);
            await program.OpenAsync(limit.Token).ConfigureAwait(false);
            LogOpen(_log, Route.Text, To.ToString(), Stopwatch.GetElapsedTime(began).TotalSeconds);
            return program;
        }
        catch (Exception e)
        {
            var late = e is OperationCanceledException && !_ending.IsCancellationRequested;
            var problem = program?.Problem($"{Route.Text} was not open within {StartLimit.TotalSeconds:0} seconds")
                ?? new ForwardException($"{Route.Text} was not open within {StartLimit.TotalSeconds:0} seconds",
                    "AWS's API cannot be reached from here: look at proxy settings and network");
            if (program is not null)
                await program.DisposeAsync().ConfigureAwait(false);
            if (late)
                throw problem;
            throw;
        }
    }

    [LoggerMessage(20, LogLevel.Debug, "The way {Via} to {Endpoint} was open after {Seconds:0.0} s.")]
    private static partial void LogOpen(ILogger logger, string via, string endpoint, double seconds);

    [LoggerMessage(21, LogLevel.Warning, "The way {Via} has dropped ({Why}); it is being opened again.")]
    private static partial void LogDropped(ILogger logger, string via, string why);

    [LoggerMessage(22, LogLevel.Warning,
        "The way {Via} cannot be opened: {Why}. It is tried again in {Seconds:0} s, or when a client comes.")]
    private static partial void LogFailed(ILogger logger, string via, string why, double seconds);
}
