using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>
/// 200 blocking opens at once in a process that has just started, without a token: beside the driver with a fixed password, started in the
/// same way. The time is that of the last open; what credentials take is part of it.
/// </summary>
internal sealed class ColdStartFigure : IFigure
{
    private const int Opens = 200;
    private const int Rounds = 3;

    public string Name => "connections.cold-start";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var rds = await LocalRds.StartAsync(BenchmarkRds.Options(), cancellationToken);
        rds.Emulator.Faults.MaxLoginsPerSecond = null;
        var password = await BenchmarkRds.CreatePasswordUserAsync(rds, cancellationToken);
        var iam = new MySqlConnectionStringBuilder(rds.GetConnectionString()).ConnectionString;
        var principal = rds.Emulator.Principals[0];
        (string Name, ColdStartOrder Order)[] starts =
        [
            ("password", new(password, null, null, 0, false, Opens)),
            ("IAM, credentials at once", new(iam, rds.Emulator.Region, principal, 0, false, Opens)),
            ("200 ms, awaited", new(iam, rds.Emulator.Region, principal, 200, true, Opens)),
            ("2 s, awaited", new(iam, rds.Emulator.Region, principal, 2000, true, Opens)),
            ("2 s, blocking", new(iam, rds.Emulator.Region, principal, 2000, false, Opens)),
        ];
        var (times, failed) = (starts.Select(_ => new List<double>()).ToArray(), new int[starts.Length]);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < starts.Length; i++)
            {
                var (took, failures) = await StartAsync(starts[i].Order, cancellationToken);
                times[i].Add(took);
                failed[i] += failures;
            }
        }

        return string.Join("; ", starts.Select((start, i) => string.Create(CultureInfo.InvariantCulture,
            $"{start.Name} {Median.Of(times[i]):F0} ms, {(Opens * Rounds) - failed[i]} of {Opens * Rounds} passed")));
    }

    private static async Task<(double Milliseconds, int Failures)> StartAsync(ColdStartOrder order, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ColdStartAgent.Argument)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order));
            await process.StandardInput.FlushAsync(cancellationToken);
            var words = (await process.StandardOutput.ReadLineAsync(cancellationToken) ?? "").Split(' ');
            return (double.Parse(words[0], CultureInfo.InvariantCulture), int.Parse(words[1], CultureInfo.InvariantCulture));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
