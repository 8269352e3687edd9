using System.Diagnostics;
using System.Globalization;

namespace RdsIamAspire.Benchmarks.Logins;

/// <summary>
/// Opening a connection: IAM through plugin and agent against a password on the same server, both over TLS, taken in turns.
/// </summary>
internal sealed class OpenConnectionFigure : IFigure
{
    private const int Rounds = 150;

    public string Name => "logins.open";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var bench = await LoginBench.StartAsync(cancellationToken);
        var (iam, full, cached) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -10; round < Rounds; round++)
        {
            var user = (round + 10) % LoginBench.PasswordUsers;
            if (user == 0)
                await bench.ForgetPasswordsAsync(cancellationToken);
            var token = await TimeAsync(() => bench.OpenWithTokenAsync(cancellationToken));
            var first = await TimeAsync(() => bench.OpenWithPasswordAsync(user, cancellationToken));
            var second = await TimeAsync(() => bench.OpenWithPasswordAsync(user, cancellationToken));
            if (round < 0)
                continue;
            iam.Add(token);
            full.Add(first);
            cached.Add(second);
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"IAM {Median.Of(iam):F2} ms, password in full {Median.Of(full):F2} ms: {Median.Of(iam) / Median.Of(full):F2} times (goal 1.2); password from the server's cache {Median.Of(
                cached):F2} ms: {Median.Of(iam) / Median.Of(cached):F2} times; medians of {Rounds}");
    }

    private static async Task<double> TimeAsync(Func<Task> open)
    {
        var start = Stopwatch.GetTimestamp();
        await open();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
