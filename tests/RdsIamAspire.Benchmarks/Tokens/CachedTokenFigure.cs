using System.Globalization;
using Amazon.Runtime;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace RdsIamAspire.Benchmarks.Tokens;

/// <summary>Reading a live token: what every login pays.</summary>
internal sealed class CachedTokenFigure : IFigure
{
    public string Name => "tokens.cached-read";

    public Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        // In this process: the build of a benchmark project of its own would need the feed's switches again.
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.MediumRun.WithToolchain(InProcessEmitToolchain.DontLogOutput))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .WithOptions(ConfigOptions.DisableLogFile);
        var summary = BenchmarkRunner.Run<CachedTokenBenchmark>(config);
        var results = summary.Reports.Select(r => string.Create(CultureInfo.InvariantCulture,
            $"{r.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo} {r.ResultStatistics!.Mean:F1} ns ± {r.ResultStatistics.StandardDeviation:F1}, {r.GcStats.GetBytesAllocatedPerOperation(
                r.BenchmarkCase)} B"));
        return Task.FromResult(string.Join("; ", results) + " (goal for one request: 20 ns, 0 B)");
    }
}

/// <summary>
/// One request read again and again, as a data source does; and eight requests in turn, as one source for eight databases does.
/// </summary>
public class CachedTokenBenchmark : IDisposable
{
    private readonly RdsAuthTokenSource _source =
        new(new() { Credentials = new BasicAWSCredentials("AKIAMADEUPMADEUP0001", "made-up-secret") });
    private readonly RdsAuthTokenRequest[] _requests =
        [.. Enumerable.Range(0, 8).Select(i => new RdsAuthTokenRequest($"db{i}.abcdefghijkl.eu-west-1.rds.amazonaws.com", 3306, "app"))];

    private int _next;

    [GlobalSetup]
    public async Task MakeTokens()
    {
        foreach (var request in _requests)
            await _source.GetTokenAsync(request);
        await _source.GetTokenAsync(_requests[0]);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _source.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "one request")]
    public RdsAuthToken? OneRequest() => Read(_source.GetTokenAsync(_requests[0]));

    [Benchmark(Description = "eight in turn")]
    public RdsAuthToken? EightInTurn() => Read(_source.GetTokenAsync(_requests[_next++ & 7]));

    private static RdsAuthToken? Read(ValueTask<RdsAuthToken> token) => token.IsCompletedSuccessfully ? token.Result : null;
}
