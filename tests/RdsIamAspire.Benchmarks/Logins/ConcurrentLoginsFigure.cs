using System.Diagnostics;
using System.Globalization;

namespace RdsIamAspire.Benchmarks.Logins;

/// <summary>Two hundred logins at once: the time to the last one, with tokens and with passwords.</summary>
internal sealed class ConcurrentLoginsFigure : IFigure
{
    private const int Logins = 200;
    private const int Rounds = 7;

    public string Name => "logins.200-at-once";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var bench = await LoginBench.StartAsync(cancellationToken);
        var (iam, password) = (new List<double>(), new List<double>());
        for (var round = -1; round < Rounds; round++)
        {
            var token = await TimeAsync(_ => bench.OpenWithTokenAsync(cancellationToken));
            await bench.ForgetPasswordsAsync(cancellationToken);
            var full = await TimeAsync(user => bench.OpenWithPasswordAsync(user, cancellationToken));
            if (round < 0)
                continue;
            iam.Add(token);
            password.Add(full);
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"IAM {Median.Of(iam):F0} ms, passwords in full {Median.Of(password):F0} ms: {Median.Of(iam) / Median.Of(password):F2} times; medians of {Rounds}");
    }

    private static async Task<double> TimeAsync(Func<int, Task> open)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Logins).Select(i => Task.Run(() => open(i))));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
