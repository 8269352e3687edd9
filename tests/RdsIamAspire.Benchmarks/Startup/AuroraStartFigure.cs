using System.Diagnostics;
using System.Globalization;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Startup;

/// <summary>
/// What a reader costs: the start of writer and reader against that of one server, on a mysqld of this machine, and the memory of each when
/// nobody does anything.
/// </summary>
internal sealed class AuroraStartFigure : IFigure
{
    private const int Rounds = 5;

    private static readonly LocalMySqlServerOptions Mysqld = new() { Kind = LocalMySqlServerKind.Mysqld };

    public string Name => "aurora-start";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        if (!(await LocalMySqlServer.FindAsync(Mysqld, cancellationToken)).Any(candidate => candidate.IsUsable))
            return "not measured: no mysqld on this machine";
        var (one, two) = (new List<double>(), new List<double>());
        double alone = 0, writer = 0, reader = 0;
        // The first round warms caches, and is not counted.
        for (var round = 0; round <= Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            await using (var rds = await LocalRds.StartAsync(Options(), cancellationToken))
            {
                one.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                alone = await MemoryAsync(rds.Server, cancellationToken);
            }

            started = Stopwatch.GetTimestamp();
            await using (var aurora = await LocalAurora.StartAsync(new LocalAuroraOptions { Rds = Options() }, cancellationToken))
            {
                two.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                writer = await MemoryAsync(aurora.Writer, cancellationToken);
                reader = await MemoryAsync(aurora.Reader, cancellationToken);
            }
        }

        var basis = Median.Of(one.Skip(1));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"one server {basis:0} ms; writer and reader {Median.Of(two.Skip(1)) / basis:0.00}x; resident memory: one server {alone:0} MB, "
            + $"writer {writer:0} MB, reader {reader:0} MB; medians of {Rounds}");
    }

    private static LocalRdsOptions Options() => new() { Server = Mysqld, Database = "bench", IamUsers = { "bench_app" } };

    // "VmRSS" of proc_pid_status(5), in kB.
    private static async Task<double> MemoryAsync(ILocalMySqlServer server, CancellationToken cancellationToken)
    {
        await using var admin = new MySqlConnection(server.AdminConnectionString);
        await admin.OpenAsync(cancellationToken);
        await using var command = new MySqlCommand("SELECT @@GLOBAL.pid_file", admin);
        var file = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        var process = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        var line = (await File.ReadAllLinesAsync($"/proc/{process}/status", cancellationToken))
            .First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
