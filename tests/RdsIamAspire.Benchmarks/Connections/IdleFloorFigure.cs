using System.Diagnostics;
using MySqlConnector;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>
/// What the tunnel's idle sessions cannot be below: bare <see cref="System.Net.Security.SslStream"/>s to the same server, with a read of no
/// bytes pending on each, in resident memory of a process that has nothing else.
/// </summary>
internal sealed class IdleFloorFigure : IFigure
{
    private const int Streams = 1000;

    public string Name => "tunnel.idle-floor";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var bench = await TunnelBench.StartAsync(pooling: false, cancellationToken);
        await using (var admin = new MySqlConnection(bench.Rds.Server.AdminConnectionString))
        {
            await admin.OpenAsync(cancellationToken);
            await using var create = new MySqlCommand($"CREATE USER {BareStreams.User}@'%' REQUIRE SSL", admin);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }

        var start = new ProcessStartInfo(Environment.ProcessPath!, [BareStreams.Argument, $"{bench.Rds.Server.Port}", $"{Streams}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return $"{line} for each of {Streams} bare TLS streams; load {TunnelWork.Load()}";
    }
}
