using System.Globalization;

namespace RdsIamAspire.Benchmarks.Analyzers;

/// <summary>
/// What a file full of hits costs in the compiler, started cold: the time with the analyzers over the time without, for a thousand hits and
/// for two thousand, each the least of seven.
/// </summary>
internal sealed class AnalyzerHitsFigure : IFigure
{
    private const int Rounds = 7;

    public string Name => "analyzer-hits";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        foreach (var (name, make) in new (string, Func<int, string>)[] { ("fields", HitSources.Fields), ("appends", HitSources.Appends) })
        {
            var (half, _) = await RatioAsync(make(1000), cancellationToken);
            var (whole, milliseconds) = await RatioAsync(make(2000), cancellationToken);
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{name}: 1,000 hits {half:F2}, 2,000 hits {whole:F2} of the compile without (goal: 2 or less), analyzers {milliseconds:F0} ms"));
        }

        var (ratio, cost) = await RatioAsync(HitSources.LongFile(100), cancellationToken);
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"100 hits in 5,000 lines: {ratio:F2}, analyzers {cost:F0} ms"));
        return string.Join(Environment.NewLine + "  ", lines);
    }

    private static async Task<(double Ratio, double Milliseconds)> RatioAsync(string source, CancellationToken cancellationToken)
    {
        var (with, without) = (double.MaxValue, double.MaxValue);
        var file = Path.Combine(Directory.CreateTempSubdirectory("rds-iam-hits-").FullName, "Hits.cs");
        try
        {
            await File.WriteAllTextAsync(file, source, cancellationToken);
            for (var round = 0; round < Rounds; round++)
            {
                without = Math.Min(without, (await CompilerProcess.RunAsync([file], [], cancellationToken)).Milliseconds);
                with = Math.Min(with, (await CompilerProcess.RunAsync([file], [CompilerProcess.Ours], cancellationToken)).Milliseconds);
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }

        return (with / without, with - without);
    }
}
