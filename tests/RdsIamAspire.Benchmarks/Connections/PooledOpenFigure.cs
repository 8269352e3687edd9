using System.Diagnostics;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>
/// Opening a connection of the pool: over the IAM data source against a data source with a password, in turns. Goal: 1.0×.
/// </summary>
internal sealed class PooledOpenFigure : IFigure
{
    private const int Rounds = 15;
    private const int OpensPerRound = 400;

    public string Name => "connections.pooled";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var rds = await LocalRds.StartAsync(BenchmarkRds.Options(), cancellationToken);
        var user = await BenchmarkRds.CreatePasswordUserAsync(rds, cancellationToken);
        await using var iam = BenchmarkRds.IamDataSource(rds, rds.GetConnectionString());
        await using var plain = new MySqlDataSource(user);

        await RoundAsync(iam, cancellationToken);
        await RoundAsync(plain, cancellationToken);
        var ratios = new List<double>();
        for (var round = 0; round < Rounds; round++)
            ratios.Add(await RoundAsync(iam, cancellationToken) / await RoundAsync(plain, cancellationToken));

        return $"{Median.Of(ratios):0.00}x of a password's, {ratios.Min():0.00} to {ratios.Max():0.00} over {Rounds} rounds of "
            + $"{OpensPerRound} opens (goal 1.0x)";
    }

    private static async Task<double> RoundAsync(MySqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < OpensPerRound; i++)
            await (await dataSource.OpenConnectionAsync(cancellationToken)).DisposeAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
