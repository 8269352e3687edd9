using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace RdsIamAspire.Tests.Credentials;

/// <summary>What a process of its own got when it asked for a token: the key that signed, or the reason.</summary>
internal sealed record ProbeResult(
    string? AccessKeyId, bool SessionToken, double MinutesLeft, string? Failure, string? Message, string? Clock = null);

/// <summary>
/// Asks for one token in a process with an environment of its own: the AWS SDK reads variables and files once, so a table of sources
/// needs a process for each row.
/// The process is this very test executable, which answers and ends before it becomes a test run.
/// </summary>
internal static class CredentialsProbe
{
    private const string Variable = "RDS_IAM_CREDENTIALS_PROBE";

    internal static async Task<ProbeResult> AskAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment[Variable] = "1";
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return output.Length > 0
                ? JsonSerializer.Deserialize<ProbeResult>(output)!
                : throw new InvalidOperationException($"The probe said nothing: {await error}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "This executable is the probe, too.")]
    internal static void AnswerWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
            return;
        ProbeResult result;
        var seconds = Environment.GetEnvironmentVariable("PROBE_LIMIT") is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : 30;
        using (var source = new RdsAuthTokenSource(new() { CredentialsTimeout = TimeSpan.FromSeconds(seconds) }))
        {
            try
            {
                var identity = Environment.GetEnvironmentVariable("PROBE_ROLE") is { } role ? new RdsAwsIdentity { RoleArn = role }
                    : Environment.GetEnvironmentVariable("PROBE_PROFILE") is { } profile ? new RdsAwsIdentity { Profile = profile } : null;
                var request = new RdsAuthTokenRequest("mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", 3306, "app") { Identity = identity };
                var token = source.GetTokenAsync(request).AsTask().GetAwaiter().GetResult();
                result = new(token.AccessKeyId, token.Value.Contains("X-Amz-Security-Token", StringComparison.Ordinal),
                    (token.ExpiresAt - DateTimeOffset.UtcNow).TotalMinutes, null, null,
                    RdsIamAspire.Credentials.AwsClock.News);
            }
            catch (RdsAuthTokenException e)
            {
                result = new(null, false, 0, e.Failure.ToString(), e.Message);
                if (Environment.GetEnvironmentVariable("PROBE_DETAIL") is not null)
                    Console.Error.WriteLine(e);
            }
        }

        Console.Out.Write(JsonSerializer.Serialize(result));
        Console.Out.Flush();
        Environment.Exit(0);
    }
}
