using System.Runtime.InteropServices;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>The first Ctrl+C or SIGTERM asks for an orderly end, the second for one at once.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _first;
    private readonly CancellationTokenSource _second = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public StopSignals(CancellationToken other)
    {
        _first = CancellationTokenSource.CreateLinkedTokenSource(other);
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Cancelled by the first.</summary>
    public CancellationToken First => _first.Token;

    /// <summary>Cancelled by the second.</summary>
    public CancellationToken Second => _second.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        (_first.IsCancellationRequested ? _second : _first).Cancel();
    }
}
