namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>
/// What the tunnel costs beside a direct IAM connection over TLS, in turns: opening (goal 1.15×), SELECT 1 (1.2×), 100,000 rows of 1 kB
/// (1.0×); and what a hop costs that only copies bytes.
/// </summary>
internal sealed class TunnelFigure : IFigure
{
    private const int Rounds = 15;

    public string Name => "tunnel.cost";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var unpooled = await TunnelBench.StartAsync(pooling: false, cancellationToken);
        var open = await TunnelWork.CompareAsync(unpooled, Rounds, source => TunnelWork.OpenAsync(source, cancellationToken));
        await using var bench = await TunnelBench.StartAsync(pooling: true, cancellationToken);
        await TunnelWork.FillAsync(bench.Direct, cancellationToken);
        var select = await TunnelWork.CompareAsync(bench, Rounds, source => TunnelWork.SelectAsync(source, 1, cancellationToken));
        var many = await TunnelWork.CompareAsync(bench, 7, source => TunnelWork.SelectAsync(source, 16, cancellationToken));
        var rows = await TunnelWork.CompareAsync(bench, 7, source => TunnelWork.ReadAsync(source, cancellationToken));
        return $"open {open} (goal 1.15x), SELECT 1 {select} (goal 1.2x), by 16 at once {many}, 100,000 rows of 1 kB {rows} (goal 1.0x); "
            + $"load {TunnelWork.Load()}";
    }
}

/// <summary>The same while two threads for each processor are busy with something else.</summary>
internal sealed class TunnelUnderLoadFigure : IFigure
{
    private const int Rounds = 9;

    public string Name => "tunnel.loaded";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        using var busy = BusyProcess.Start();
        await using var unpooled = await TunnelBench.StartAsync(pooling: false, cancellationToken);
        var open = await TunnelWork.CompareAsync(unpooled, Rounds, source => TunnelWork.OpenAsync(source, cancellationToken));
        await using var bench = await TunnelBench.StartAsync(pooling: true, cancellationToken);
        await TunnelWork.FillAsync(bench.Direct, cancellationToken);
        var select = await TunnelWork.CompareAsync(bench, Rounds, source => TunnelWork.SelectAsync(source, 1, cancellationToken));
        var rows = await TunnelWork.CompareAsync(bench, 5, source => TunnelWork.ReadAsync(source, cancellationToken));
        return $"open {open}, SELECT 1 {select}, 100,000 rows of 1 kB {rows}, with {BusyProcess.Threads} busy threads; "
            + $"load {TunnelWork.Load()}";
    }
}
