using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Failover;

/// <summary>
/// Failovers in a row of a local Aurora under writers: every acknowledged row has to be there afterwards. Half of the writers use this
/// project's data source, half a plain one of the driver's with the same tokens; for each pool the time from the failover's beginning to
/// its first acknowledged write.
/// </summary>
internal static class FailoverBench
{
    // A pool that has not written by then has not found the new writer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The command line: <c>failover [--times N] [--writers N] [--stale-name SECONDS]</c>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        int Number(string name, int otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length
                ? int.Parse(args[at + 1], CultureInfo.InvariantCulture)
                : otherwise;
        var (times, writers, stale) = (Number("--times", 100), Number("--writers", 50), Number("--stale-name", 0));
        var options = new LocalAuroraOptions { Rds = { Database = "bench", IamUsers = { "bench_app" } } };
        options.Rds.Server = options.Rds.Server with { Kind = LocalMySqlServerKind.Mysqld };
        var started = Stopwatch.GetTimestamp();
        await using var aurora = await LocalAurora.StartAsync(options);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"writer and reader are up after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s"));
        aurora.Emulator.Faults.MaxLoginsPerSecond = null;
        aurora.StaleNameFor = TimeSpan.FromSeconds(stale);
        var principal = aurora.Emulator.Principals[0];
        var credentials = new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken);
        var connection = aurora.GetConnectionString() + ";MaximumPoolSize=200;ConnectionTimeout=30";
        await using var ours = new MySqlDataSourceBuilder(connection)
            .UseRdsIamAuth(o => (o.Region, o.Credentials) = (aurora.Emulator.Region, credentials)).Build();
        using var tokens = new RdsAuthTokenSource(new RdsAuthTokenSourceOptions { Credentials = credentials });
        var request = new RdsAuthTokenRequest(
            aurora.WriterEndpoint.Host, aurora.WriterEndpoint.Port, "bench_app", aurora.Emulator.Region);
        await using var plain = new MySqlDataSourceBuilder(connection)
            .UsePeriodicPasswordProvider(
                async (_, cancel) => (await tokens.GetTokenAsync(request, cancel)).Value, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1))
            .Build();
        await using (var first = await ours.OpenConnectionAsync())
        await using (var create = new MySqlCommand("CREATE TABLE kept (id bigint PRIMARY KEY)", first))
            await create.ExecuteNonQueryAsync();

        PoolOfWriters[] pools = [new("ours", ours, writers / 2, 0), new("plain", plain, writers - (writers / 2), 1L << 40)];
        foreach (var pool in pools)
            pool.Start();
        var failovers = new List<TimeSpan>();
        for (var round = 1; round <= times; round++)
        {
            var before = Stopwatch.GetTimestamp();
            await Task.WhenAll(pools.Select(pool => pool.FirstWriteAsync(before, before, Patience)));
            var from = Stopwatch.GetTimestamp();
            var done = await aurora.FailoverAsync();
            failovers.Add(done.Duration);
            // The old writer may have taken one at the failover's beginning.
            var over = Stopwatch.GetTimestamp();
            await Task.WhenAll(pools.Select(async pool => pool.Measured(await pool.FirstWriteAsync(from, over, Patience))));
            if (round % 10 == 0)
                Console.WriteLine($"{round} failovers, {string.Join(", ", pools.Select(pool => $"{pool.Name} {pool.Acknowledged} rows"))}");
        }

        foreach (var pool in pools)
            await pool.StopAsync();
        var lost = 0;
        await using (var admin = new MySqlConnection(aurora.Writer.AdminConnectionString + ";Database=bench"))
        {
            await admin.OpenAsync();
            var there = new HashSet<long>();
            await using (var all = new MySqlCommand("SELECT id FROM kept", admin))
            await using (var reader = await all.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                    there.Add(reader.GetInt64(0));
            }

            lost = pools.Sum(pool => pool.Rows.Count(row => !there.Contains(row)));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{times} failovers under {writers} writers{(stale > 0 ? $", with a name that was cached for {stale} s" : "")}:"
            + $" {failovers.Sum(one => one.TotalMilliseconds) / times:F0} ms each ({failovers.Max().TotalMilliseconds:F0} ms at most),"
            + $" {pools.Sum(pool => pool.Acknowledged)} rows acknowledged, {lost} of them lost"));
        foreach (var pool in pools)
            Console.WriteLine(pool.Summary());
        return lost == 0 ? 0 : 1;
    }
}
