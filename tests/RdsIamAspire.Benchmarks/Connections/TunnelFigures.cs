using System.Diagnostics;
using MySqlConnector;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>
/// What the tunnel costs beside a direct IAM connection over TLS, in turns: opening (goal 1.15×), SELECT 1 (1.2×), 100,000 rows of 1 kB
/// (1.0×).
/// </summary>
internal sealed class TunnelFigure : IFigure
{
    private const int Rounds = 15;
    private const int Opens = 20;
    private const int Selects = 1000;
    private const int Rows = 100_000;

    public string Name => "tunnel.cost";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var unpooled = await TunnelBench.StartAsync(pooling: false, cancellationToken);
        var open = await CompareAsync(unpooled, Rounds, source => OpenAsync(source, cancellationToken));
        await using var bench = await TunnelBench.StartAsync(pooling: true, cancellationToken);
        await FillAsync(bench.Direct, cancellationToken);
        var select = await CompareAsync(bench, Rounds, source => SelectAsync(source, cancellationToken));
        var rows = await CompareAsync(bench, 7, source => ReadAsync(source, cancellationToken));
        return $"open {open} (goal 1.15x), SELECT 1 {select} (goal 1.2x), {Rows:N0} rows of 1 kB {rows} (goal 1.0x); load {Load()}";
    }

    private static async Task<string> CompareAsync(TunnelBench bench, int rounds, Func<MySqlDataSource, Task> work)
    {
        var (ratios, direct) = (new List<double>(), new List<double>());
        for (var round = -2; round < rounds; round++)
        {
            // Who goes first changes: what the first one warms up is the second one's too.
            var (first, second) = round % 2 == 0 ? (bench.Direct, bench.Through) : (bench.Through, bench.Direct);
            var (one, other) = (await TimeAsync(first), await TimeAsync(second));
            var (plain, through) = round % 2 == 0 ? (one, other) : (other, one);
            if (round < 0)
                continue;
            direct.Add(plain);
            ratios.Add(through / plain);
        }

        return $"{Median.Of(ratios):0.00}x ({ratios.Min():0.00} to {ratios.Max():0.00}; direct {Median.Of(direct):0} ms)";

        async Task<double> TimeAsync(MySqlDataSource source)
        {
            var started = Stopwatch.GetTimestamp();
            await work(source);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
    }

    private static async Task OpenAsync(MySqlDataSource source, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Opens; i++)
            await (await source.OpenConnectionAsync(cancellationToken)).DisposeAsync();
    }

    private static async Task SelectAsync(MySqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new MySqlCommand("SELECT 1", connection);
        for (var i = 0; i < Selects; i++)
            await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task ReadAsync(MySqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new MySqlCommand($"SELECT text FROM lines_of_1kb LIMIT {Rows}", connection) { CommandTimeout = 300 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var count = 0;
        while (await reader.ReadAsync(cancellationToken))
            count++;
        if (count != Rows)
            throw new InvalidOperationException($"{count} rows came, not {Rows}.");
    }

    private static async Task FillAsync(MySqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = new MySqlCommand(
            $"""
            CREATE TABLE lines_of_1kb (id INT PRIMARY KEY, text VARCHAR(1024)) DEFAULT CHARSET latin1;
            SET SESSION cte_max_recursion_depth = {Rows};
            INSERT INTO lines_of_1kb
            WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n WHERE id < {Rows}) SELECT id, REPEAT('x', 1024) FROM n;
            """,
            connection)
        {
            CommandTimeout = 300,
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // Other work on the machine changes what a second hop costs.
    internal static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}

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
            + $"for each of {open} idle sessions (goal 16 KB); load {TunnelFigure.Load()}";
    }

    private static long Managed() => GC.GetTotalMemory(forceFullCollection: true);

    private static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
