using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MySqlConnector;

namespace RdsIamAspire.Benchmarks.Failover;

/// <summary>Writers on one pool, each of which inserts one row after another and remembers those that were acknowledged.</summary>
internal sealed class PoolOfWriters(string name, MySqlDataSource pool, int writers, long firstRow)
{
    private volatile bool _stop;
    private readonly List<TimeSpan?> _firstWrites = [];
    private Task[] _running = [];
    private long _next = firstRow;
    private long _lastBegun;
    private int _failed;

    public string Name => name;

    public ConcurrentBag<long> Rows { get; } = [];

    public int Acknowledged => Rows.Count;

    public void Start() => _running = [.. Enumerable.Range(0, writers).Select(_ => Task.Run(WriteAsync))];

    /// <summary>How long after a moment a write was acknowledged that had begun after another; null when none was in time.</summary>
    public async Task<TimeSpan?> FirstWriteAsync(long from, long begunAfter, TimeSpan patience)
    {
        while (Stopwatch.GetElapsedTime(from) < patience)
        {
            if (Interlocked.Read(ref _lastBegun) > begunAfter)
                return Stopwatch.GetElapsedTime(from);
            await Task.Delay(1);
        }

        return null;
    }

    public void Measured(TimeSpan? firstWrite) => _firstWrites.Add(firstWrite);

    public async Task StopAsync()
    {
        _stop = true;
        await Task.WhenAll(_running);
    }

    public string Summary()
    {
        var inTime = _firstWrites.OfType<TimeSpan>().Select(one => one.TotalMilliseconds).Order().ToList();
        var times = inTime.Count == 0 ? "never" : string.Create(
            CultureInfo.InvariantCulture, $"{inTime[inTime.Count / 2]:F0} ms (median), {inTime[^1]:F0} ms at most");
        var late = _firstWrites.Count(one => one is null);
        return $"{name,-6} first write {times}, not in time {late}; {Acknowledged} rows, {_failed} errors";
    }

    private async Task WriteAsync()
    {
        while (!_stop)
        {
            var row = Interlocked.Increment(ref _next);
            var begun = Stopwatch.GetTimestamp();
            try
            {
                await using var connection = await pool.OpenConnectionAsync();
                await using var insert = new MySqlCommand($"INSERT INTO kept VALUES ({row})", connection);
                await insert.ExecuteNonQueryAsync();
                Rows.Add(row);
                Interlocked.Exchange(ref _lastBegun, begun);
                await Task.Delay(5);
            }
            catch (Exception e) when (e is MySqlException or IOException or InvalidOperationException)
            {
                Interlocked.Increment(ref _failed);
                await Task.Delay(20);
            }
        }
    }
}
