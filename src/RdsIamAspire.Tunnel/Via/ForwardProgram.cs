using System.ComponentModel;
using System.Diagnostics;

namespace RdsIamAspire.Tunnel.Via;

/// <summary>A forwarding program that runs: from its start, through the line that says that it listens, to its end.</summary>
internal sealed class ForwardProgram : IAsyncDisposable
{
    private const int LinesKept = 20;
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(4);

    private readonly ForwardCommand _command;
    private readonly Process _process;
    private readonly Queue<string> _lines = new();
    private readonly TaskCompletionSource<int> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int? _port;
    private int? _exitCode;
    private int _disposed;

    private ForwardProgram(ForwardCommand command, Process process)
    {
        (_command, _process) = (command, process);
        process.EnableRaisingEvents = true;
        _ = FollowAsync();
    }

    /// <summary>Completes when it has ended, and all that it wrote is read.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Where it listens, once it does.</summary>
    public int Port => _port ?? throw new InvalidOperationException("It does not listen yet.");

    private string Name => Path.GetFileName(_command.Arguments[0]);

    /// <summary>Starts it.</summary>
    /// <exception cref="ForwardException">It is not there or cannot be started.</exception>
    public static ForwardProgram Start(ForwardCommand command, AwsCli aws)
    {
        var program = Supervision.Command([ForwardPrograms.Require(command.Arguments[0]), .. command.Arguments.Skip(1)]);
        var start = new ProcessStartInfo(program[0], program.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        aws.ApplyTo(start);
        try
        {
            return new ForwardProgram(command, Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new ForwardException($"'{program[0]}' could not be started: {e.Message}", "look at the file's permissions", e);
        }
    }

    /// <summary>Waits until it says that it listens.</summary>
    /// <exception cref="ForwardException">It has ended before, and what it said.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var first = await Task.WhenAny(_open.Task, Ended).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (first != _open.Task)
            throw Problem($"'{Name}' has ended");
    }

    /// <summary>What it has said last, as a problem.</summary>
    public ForwardException Problem(string what)
    {
        lock (_lines)
            return ForwardProblem.Of(what, _lines, _exitCode);
    }

    /// <summary>Ends it, and all that it has started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        try
        {
            if (OperatingSystem.IsWindows())
                _process.Kill(entireProcessTree: true);
            else
                _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(Parting);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or Win32Exception)
        {
            // It has ended by itself.
        }

        _process.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError)).ConfigureAwait(false);
            await _process.WaitForExitAsync().ConfigureAwait(false);
            _exitCode = _process.ExitCode;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // Disposed of meanwhile.
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_lines)
            {
                if (_lines.Count == LinesKept)
                    _lines.Dequeue();
                _lines.Enqueue(line);
                if (!_open.Task.IsCompleted && _command.IsOpen(line, ref _port))
                    _open.TrySetResult(_port!.Value);
            }
        }
    }
}
