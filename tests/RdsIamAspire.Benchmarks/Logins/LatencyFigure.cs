using System.Diagnostics;
using System.Globalization;
using MySqlConnector;
using RdsIamAspire.Benchmarks.Connections;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Logins;

/// <summary>
/// How long a login takes, at the median and at the 99th percentile, one at a time and 64 at once with one core taken away: with ours,
/// beside a password from the server's cache. What the difference consists of is told by two more: the same password without TLS, and the
/// driver alone with a fixed token, which has plugin and agent in it and nothing of our client.
/// </summary>
internal sealed class LatencyFigure : IFigure
{
    private const int Alone = 200;
    private const int AtOnce = 64;
    private const int EachAtOnce = 8;

    private sealed record Kind(string Name, Func<CancellationToken, Task> Open);

    public string Name => "logins.latency";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var rds = await LocalRds.StartAsync(BenchmarkRds.Options(), cancellationToken);
        rds.Emulator.Faults.MaxLoginsPerSecond = null;
        var user = new MySqlConnectionStringBuilder(await BenchmarkRds.CreatePasswordUserAsync(rds, cancellationToken)) { Pooling = false };
        await AllowPlainAsync(rds, cancellationToken);
        var plain = new MySqlConnectionStringBuilder(user.ConnectionString) { SslMode = MySqlSslMode.None, SslCa = "" };
        var login = new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Pooling = false };
        var token = new MySqlConnectionStringBuilder(login.ConnectionString)
        {
            Password = await rds.Emulator.CreateTokenAsync("bench_app", cancellationToken: cancellationToken),
        };
        await using var ours = BenchmarkRds.IamDataSource(rds, login.ConnectionString);
        Kind[] kinds =
        [
            new("ours", async stop => await (await ours.OpenRdsIamConnectionAsync(stop)).DisposeAsync()),
            new("password, cached", stop => OpenAsync(user.ConnectionString, stop)),
            new("driver, fixed token", stop => OpenAsync(token.ConnectionString, stop)),
            new("password without TLS", stop => OpenAsync(plain.ConnectionString, stop)),
        ];

        var alone = kinds.Select(_ => new List<double>()).ToArray();
        for (var round = -10; round < Alone; round++)
        {
            for (var i = 0; i < kinds.Length; i++)
            {
                var took = await TimeAsync(kinds[i], cancellationToken);
                if (round >= 0)
                    alone[i].Add(took);
            }
        }

        var loaded = kinds.Select(_ => new List<double>()).ToArray();
        using (new BusyCore())
        {
            for (var round = 0; round < 3; round++)
            {
                for (var i = 0; i < kinds.Length; i++)
                    loaded[i].AddRange(await AtOnceAsync(kinds[i], cancellationToken));
            }
        }

        return $"one at a time {Say(kinds, alone)}; 64 at once, one core taken away {Say(kinds, loaded)} (goal: 1.0 times the cached password)";
    }

    private static string Say(Kind[] kinds, List<double>[] times) => string.Join(", ", kinds.Select((kind, i) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{kind.Name} p50 {Percentile(times[i], 0.5):F1} ms ({Percentile(times[i], 0.5) / Percentile(times[1], 0.5):F2}) p99 {Percentile(times[i], 0.99):F1} ms ({Percentile(times[i], 0.99) / Percentile(times[1], 0.99):F2})")));

    private static double Percentile(List<double> times, double part) => times.Order().ElementAt((int)Math.Min(times.Count - 1, times.Count * part));

    private static async Task<IEnumerable<double>> AtOnceAsync(Kind kind, CancellationToken cancellationToken)
    {
        var times = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            var mine = new List<double>();
            for (var i = 0; i < EachAtOnce; i++)
                mine.Add(await TimeAsync(kind, cancellationToken));
            return mine;
        })));
        return times.SelectMany(mine => mine);
    }

    private static async Task<double> TimeAsync(Kind kind, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await kind.Open(cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
    }

    private static async Task AllowPlainAsync(LocalRds rds, CancellationToken cancellationToken)
    {
        await using var admin = new MySqlConnection(rds.Server.AdminConnectionString);
        await admin.OpenAsync(cancellationToken);
        await using var alter = new MySqlCommand("ALTER USER password_app@'%' REQUIRE NONE", admin);
        await alter.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Takes a core away for as long as it lives.</summary>
    private sealed class BusyCore : IDisposable
    {
        private volatile bool _over;

        public BusyCore() => new Thread(() => { while (!_over) Thread.SpinWait(1000); }) { IsBackground = true }.Start();

        public void Dispose() => _over = true;
    }
}
