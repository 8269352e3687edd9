using System.Diagnostics;
using MySqlConnector;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>What is done by each way, and its time beside the direct one's.</summary>
internal static class TunnelWork
{
    private const int Opens = 20;
    private const int Selects = 1000;
    private const int Rows = 100_000;

    public static async Task<string> CompareAsync(TunnelBench bench, int rounds, Func<MySqlDataSource, Task> work)
    {
        MySqlDataSource[] ways = [bench.Direct, bench.Through, bench.OverHop];
        var times = new List<double[]>();
        for (var round = -2; round < rounds; round++)
        {
            // Who goes first changes: what the first one warms up is the others' too.
            var taken = new double[ways.Length];
            for (var turn = 0; turn < ways.Length; turn++)
            {
                var way = (turn + round + ways.Length) % ways.Length;
                taken[way] = await TimeAsync(ways[way]);
            }

            if (round >= 0)
                times.Add(taken);
        }

        var (tunnel, hop) = (times.ConvertAll(one => one[1] / one[0]), times.ConvertAll(one => one[2] / one[0]));
        return $"{Median.Of(tunnel):0.00}x ({tunnel.Min():0.00} to {tunnel.Max():0.00}; a bare hop {Median.Of(hop):0.00}x; direct "
            + $"{Median.Of(times.ConvertAll(one => one[0])):0} ms)";

        async Task<double> TimeAsync(MySqlDataSource source)
        {
            var started = Stopwatch.GetTimestamp();
            await work(source);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
    }

    public static async Task OpenAsync(MySqlDataSource source, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Opens; i++)
            await (await source.OpenConnectionAsync(cancellationToken)).DisposeAsync();
    }

    public static Task SelectAsync(MySqlDataSource source, int atOnce, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var command = new MySqlCommand("SELECT 1", connection);
            for (var i = 0; i < Selects / Math.Min(atOnce, 4); i++)
                await command.ExecuteScalarAsync(cancellationToken);
        }));

    public static async Task ReadAsync(MySqlDataSource source, CancellationToken cancellationToken)
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

    public static async Task FillAsync(MySqlDataSource source, CancellationToken cancellationToken)
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
    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
