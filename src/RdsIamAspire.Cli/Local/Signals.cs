using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RdsIamAspire.Cli.Local;

/// <summary>
/// Takes the signals that would end this process, so that the server is cleaned up: sends them on to the child where there is one, ends
/// the wait where there is none.
/// </summary>
internal sealed partial class Signals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Lock _lock = new();
    private Process? _child;

    public Signals()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Cancelled by the first signal that comes while no child runs.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>What a shell says of a process that the first such signal ended: 128 and its number. Null while none came.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>From now on signals go to the child, until the returned object is disposed of.</summary>
    public IDisposable ForwardTo(Process child)
    {
        lock (_lock)
            _child = child;
        // A signal that came between the child's start and this line is not lost.
        if (_stop.IsCancellationRequested)
            Send(child, PosixSignal.SIGTERM);
        return new Forwarding(this);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_lock)
        {
            if (_child is { } child)
            {
                // The terminal sends Ctrl+C, Ctrl+\ and the hang-up to the whole foreground group: the child has it already.
                if (context.Signal == PosixSignal.SIGTERM || Console.IsInputRedirected)
                    Send(child, context.Signal);
                return;
            }

            ExitCode ??= 128 + Number(context.Signal);
            _stop.Cancel();
        }
    }

    /// <summary>Asks a process that runs <c>rds-iam local</c> for a failover.</summary>
    /// <returns>Whether there is such a process.</returns>
    public static bool AskForFailover(int process) => Kill(process, FailoverSignal) == 0;

    /// <summary>SIGUSR1, whose number is not the same on Linux and macOS.</summary>
    public static int FailoverSignal => OperatingSystem.IsMacOS() ? 30 : 10;

    /// <summary>Asks a program to end.</summary>
    public static void Terminate(Process child) => Send(child, PosixSignal.SIGTERM);

    private static void Send(Process child, PosixSignal signal)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                child.Kill(entireProcessTree: true); // there is no signal to send
            else
                _ = Kill(child.Id, Number(signal));
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself meanwhile.
        }
    }

    // The numbers are the same on Linux and macOS.
    private static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        _ => 15,
    };

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    private sealed class Forwarding(Signals signals) : IDisposable
    {
        public void Dispose()
        {
            lock (signals._lock)
                signals._child = null;
        }
    }
}
