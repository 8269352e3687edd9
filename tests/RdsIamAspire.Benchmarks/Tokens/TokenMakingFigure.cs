using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;

namespace RdsIamAspire.Benchmarks.Tokens;

/// <summary>Making a token, against @aws-sdk/rds-signer on the same inputs in the same run.</summary>
internal sealed class TokenMakingFigure : IFigure
{
    private const int Warmup = 2000;
    private const int Tokens = 10_000;
    private const int Rounds = 5;

    public string Name => "tokens.making";

    public async Task<string> MeasureAsync(CancellationToken cancellationToken)
    {
        // Rounds alternate, so that a slow moment of the machine hits both; the best round of each counts.
        double ours = double.MaxValue, theirs = double.MaxValue;
        string? absent = null;
        for (var round = 0; round < Rounds; round++)
        {
            ours = Math.Min(ours, await OursAsync(cancellationToken));
            if (absent is null)
            {
                (var microseconds, absent) = await TheirsAsync(cancellationToken);
                theirs = Math.Min(theirs, microseconds);
            }
        }

        return absent is null
            ? string.Create(CultureInfo.InvariantCulture, $"{ours:F1} µs, @aws-sdk/rds-signer {theirs:F1} µs: {ours / theirs:F2}x")
            : string.Create(CultureInfo.InvariantCulture, $"{ours:F1} µs ({absent})");
    }

    private static async Task<double> OursAsync(CancellationToken cancellationToken)
    {
        var signer = new RdsAuthTokenSigner(
            new() { Credentials = new SessionAWSCredentials("ASIAMADEUPMADEUP0002", "made-up-secret", new string('s', 700)) });
        for (var i = 0; i < Warmup; i++)
            await signer.SignAsync(Request(i), cancellationToken);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Tokens; i++)
            await signer.SignAsync(Request(i), cancellationToken);
        return watch.Elapsed.TotalMicroseconds / Tokens;

        static RdsAuthTokenRequest Request(int i) => new($"db{i % 10}.abcdefghijkl.eu-west-1.rds.amazonaws.com", 3306, $"user_{i % 7}");
    }

    private static async Task<(double Microseconds, string? Absent)> TheirsAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Conformance");
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "node_modules"))
                && (await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, cancellationToken)).ExitCode != 0)
                return (double.MaxValue, "@aws-sdk/rds-signer could not be installed");
            var run = await RunAsync("node", ["--input-type=module", "-e", Script], folder, cancellationToken);
            return run.ExitCode == 0
                ? (double.Parse(run.Output, CultureInfo.InvariantCulture), null)
                : (double.MaxValue, "@aws-sdk/rds-signer failed");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (double.MaxValue, "no node to compare with");
        }
    }

    private static readonly string Script = $$"""
        import { Signer } from "@aws-sdk/rds-signer";
        const credentials = { accessKeyId: "ASIAMADEUPMADEUP0002", secretAccessKey: "made-up-secret", sessionToken: "s".repeat(700) };
        const sign = i => new Signer({ hostname: `db${i % 10}.abcdefghijkl.eu-west-1.rds.amazonaws.com`, port: 3306, username: `user_${i % 7}`, region: "eu-west-1", credentials }).getAuthToken();
        for (let i = 0; i < {{Warmup}}; i++) await sign(i);
        const start = process.hrtime.bigint();
        for (let i = 0; i < {{Tokens}}; i++) await sign(i);
        process.stdout.write(String(Number(process.hrtime.bigint() - start) / 1000 / {{Tokens}}));
        """;

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string program,
        string[] arguments,
        string folder,
        CancellationToken cancellationToken)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output);
    }
}
