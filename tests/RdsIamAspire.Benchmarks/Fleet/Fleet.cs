using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Fleet;

/// <summary>
/// A fleet comes back at once, as after a failover: every data source has lost its connections and has as many requests waiting as its pool
/// is large. Once with the driver alone and a fixed token, once with ours, on the same server with the emulator's limit on new logins.
/// </summary>
internal static class Fleet
{
    private sealed record Result(double? FirstServed, double? AllServed, int Attempts, int Throttled, int Denied, int Failures);

    /// <summary>The command line: <c>fleet [--sources N] [--pool N] [--processes N] [--limit N] [--patience SECONDS]</c>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        int Number(string name, int otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length
                ? int.Parse(args[at + 1], CultureInfo.InvariantCulture)
                : otherwise;
        var (sources, pool, processes) = (Number("--sources", 1000), Number("--pool", 10), Number("--processes", 4));
        var (limit, patience) = (Number("--limit", 200), Number("--patience", 300));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"fleet: {sources} data sources in {processes} processes, pools of {pool}, {limit} new logins a second"));
        await using var rds = await LocalRds.StartAsync(new LocalRdsOptions
        {
            Database = "bench",
            IamUsers = { "fleet" },
            Server = new LocalMySqlServerOptions
            {
                ServerArguments =
                [
                    string.Create(CultureInfo.InvariantCulture, $"--max-connections={Math.Min(100_000, (sources * pool) + 200)}"),
                    "--thread-stack=262144", "--back-log=10000",
                ],
            },
        });
        var plain = await MeasureAsync(rds, isPlain: true, sources, pool, processes, limit, patience);
        Say("driver, fixed token", plain, patience);
        var ours = await MeasureAsync(rds, isPlain: false, sources, pool, processes, limit, patience);
        Say("ours", ours, patience);
        return 0;
    }

    private static void Say(string name, Result r, int patience) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-20} every data source serves after {Seconds(r.FirstServed, patience)}, every request after {Seconds(r.AllServed, patience)}; "
        + $"{r.Attempts} logins tried, {r.Throttled} refused over the limit, {r.Denied} otherwise; {r.Failures} opens failed"));

    private static string Seconds(double? milliseconds, int patience) => milliseconds is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"{time / 1000:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"more than {patience} s");

    private static async Task<Result> MeasureAsync(
        LocalRds rds, bool isPlain, int sources, int pool, int processes, int limit, int patience)
    {
        var (attempts, throttled, denied) = (0, 0, 0);
        rds.Emulator.Faults.MaxLoginsPerSecond = null;
        var token = isPlain ? await rds.Emulator.CreateTokenAsync("fleet") : null;
        var connectionString = rds.GetConnectionString("fleet");
        var fleet = new List<Process>();
        try
        {
            for (var i = 0; i < processes; i++)
            {
                var share = (sources / processes) + (i < sources % processes ? 1 : 0);
                fleet.Add(await StartAsync(new FleetOrder(
                    connectionString, rds.Emulator.Region, rds.Emulator.Principals[0], token, share, pool, patience)));
            }

            foreach (var process in fleet)
            {
                if (await process.StandardOutput.ReadLineAsync() != FleetAgent.Ready)
                    throw new InvalidOperationException("A process of the fleet has ended.");
            }

            rds.Emulator.LoginJudged += Count;
            await rds.Emulator.Faults.KillSessionsAsync();
            rds.Emulator.Faults.MaxLoginsPerSecond = limit;
            foreach (var process in fleet)
            {
                await process.StandardInput.WriteLineAsync("go");
                await process.StandardInput.FlushAsync();
            }

            var news = new List<FleetNews>();
            foreach (var process in fleet)
                news.Add(JsonSerializer.Deserialize<FleetNews>((await process.StandardOutput.ReadLineAsync())!)!);
            return new Result(
                Last(news.SelectMany(n => n.FirstServed)), Last(news.SelectMany(n => n.AllServed)),
                attempts, throttled, denied, news.Sum(n => n.Failures));
        }
        finally
        {
            rds.Emulator.LoginJudged -= Count;
            rds.Emulator.Faults.MaxLoginsPerSecond = null;
            foreach (var process in fleet)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
                process.Dispose();
            }
        }

        void Count(object? sender, LoginAttempt attempt)
        {
            Interlocked.Increment(ref attempts);
            if (attempt.Denial == LoginDenial.Throttled)
                Interlocked.Increment(ref throttled);
            else if (!attempt.Allowed)
                Interlocked.Increment(ref denied);
        }
    }

    private static async Task<Process> StartAsync(FleetOrder order)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, FleetAgent.Argument)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
        await process.StandardInput.FlushAsync();
        return process;
    }

    private static double? Last(IEnumerable<double> times)
    {
        var all = times.ToList();
        return all.Any(t => t < 0) ? null : all.Max();
    }
}
