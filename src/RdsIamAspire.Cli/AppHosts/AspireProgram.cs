using System.ComponentModel;
using System.Diagnostics;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.AppHosts;

/// <summary>
/// The <c>aspire</c> command line, which knows what runs: of a running AppHost it tells each resource's environment and log.
/// </summary>
/// <param name="appHost">The AppHost's project or file; null leaves it to <c>aspire</c>, which looks in the folder and below.</param>
internal sealed class AspireProgram(string? appHost)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What <c>aspire describe</c> says, as JSON.</summary>
    /// <exception cref="ToolException">There is no <c>aspire</c>, no AppHost runs, or it does not answer.</exception>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        var text = await RunAsync(["describe", "--format", "json"], cancellationToken);
        return text[text.IndexOf('{', StringComparison.Ordinal)..];
    }

    /// <summary>The log of a resource so far, as JSON: as text its lines are broken where a terminal would end.</summary>
    /// <exception cref="ToolException">It cannot be had.</exception>
    public Task<string> LogAsync(string resource, CancellationToken cancellationToken) =>
        RunAsync(["logs", resource, "--format", "json"], cancellationToken);

    private async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        string[] which = appHost is null ? [] : ["--apphost", appHost];
        var start = new ProcessStartInfo("aspire", [.. arguments, .. which, "--nologo", "--non-interactive"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NO_COLOR"] = "1";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        using var aspire = Start(start);
        try
        {
            aspire.StandardInput.Close();
            var output = aspire.StandardOutput.ReadToEndAsync(limit.Token);
            var error = aspire.StandardError.ReadToEndAsync(limit.Token);
            await aspire.WaitForExitAsync(limit.Token);
            // Without a running AppHost some versions end with 0, and JSON on neither.
            if (aspire.ExitCode == 0 && (await output).Contains('{', StringComparison.Ordinal))
                return await output;
            throw ToolException.Missing($"'aspire {arguments[0]}' found nothing to tell: {FirstLine(await error + '\n' + await output)};"
                + " start the AppHost ('aspire start'), or name it: --apphost PATH");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ToolException.Missing($"'aspire {arguments[0]}' did not answer within {Patience.TotalSeconds:0} s");
        }
        finally
        {
            if (!aspire.HasExited)
                aspire.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw ToolException.Missing("'aspire' was not found on the PATH, and it tells what a running AppHost hands out; install it:"
                + " dotnet tool install --global Aspire.Cli", e);
        }
    }

    private static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "it said nothing";
}
