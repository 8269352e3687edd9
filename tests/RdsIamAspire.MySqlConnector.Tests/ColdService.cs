using System.Diagnostics;
using System.Text.Json;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>What a cold service does.</summary>
/// <param name="Path">Which way its requests open connections.</param>
/// <param name="Opens">How many at once, each blocking a thread of the pool.</param>
/// <param name="CredentialsTake">How long credentials take, in milliseconds.</param>
/// <param name="CredentialsAwait">Whether they are awaited, or block the thread that asks.</param>
internal sealed record ColdStart(string Path, int Opens, int CredentialsTake, bool CredentialsAwait);

/// <summary>
/// The service ColdApp, in a process of its own on two processors: in the tests' own process the emulator's agent would stand in the same
/// queue.
/// </summary>
internal static class ColdService
{
    /// <summary>Why opens failed, each reason once with its number; empty when all passed.</summary>
    internal static async Task<string[]> RunAsync(LocalRds rds, string connectionString, ColdStart what, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "2";
        var principal = rds.Emulator.Principals[0];
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new
            {
                what.Path,
                what.Opens,
                what.CredentialsTake,
                what.CredentialsAwait,
                ConnectionString = connectionString,
                rds.Emulator.Region,
                Id = principal.AccessKeyId,
                Secret = principal.SecretAccessKey,
                Session = principal.SessionToken,
            }));
            await process.StandardInput.FlushAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return output.Length > 0
                ? JsonSerializer.Deserialize<string[]>(output)!
                : throw new InvalidOperationException($"The service said nothing: {await error}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Built with the tests, beside them.</summary>
    private static string Program()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var (framework, configuration) = (output.Name, output.Parent!.Name);
        var project = output.Parent.Parent!.Parent!.FullName;
        return Path.Combine(project, "ColdApp", "bin", configuration, framework, "ColdApp");
    }
}
