using System.Diagnostics;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>What 1,000 sessions that wait for nothing hold, in managed memory of the tunnel. Goal: 16 KB each.</summary>
internal sealed class TunnelIdleFigure : IFigure
{
    private const int Sessions = 1000;

    public string Name => "tunnel.idle";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        // Clients are in another process, so that this one has the tunnel's half alone.
        await using var bench = await TunnelBench.StartAsync(pooling: false, cancellationToken);
        await using (await bench.Through.OpenConnectionAsync(cancellationToken))
        {
        }

        var (managed, resident) = (Managed(), Resident());
        using var clients = IdleClients.Start(bench.Tunnel.ConnectionString, Sessions);
        await clients.ReadyAsync(cancellationToken);
        var open = bench.Tunnel.OpenSessions;
        var (managedThen, residentThen) = (Managed(), Resident());
        return $"{(managedThen - managed) / 1024.0 / open:0.0} KB managed and {(residentThen - resident) / 1024.0 / open:0.0} KB resident "
            + $"for each of {open} idle sessions (goal 16 KB); load {TunnelWork.Load()}";
    }

    private static long Managed() => GC.GetTotalMemory(forceFullCollection: true);

    private static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
