using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace RdsIamAspire.Tunnel.Via;

/// <summary>Calls of the AWS command line; each ends, within a limit.</summary>
/// <param name="region">The region; null leaves it to the AWS CLI.</param>
/// <param name="profile">The profile, which then wins over credentials in the environment; null leaves it to the AWS CLI.</param>
internal sealed class AwsCli(string? region, string? profile)
{
    // What the AWS CLI takes before a profile (AWS CLI User Guide, "Configuration settings and precedence").
    private static readonly string[] BeforeProfile =
    [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The region.</summary>
    public string? Region => region;

    /// <summary>Runs a command and reads its answer.</summary>
    /// <param name="command">Service, operation, options.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ForwardException">It is not there, failed, or gave no JSON.</exception>
    public async Task<JsonDocument> CallAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var name = $"aws {command[0]} {command[1]}";
        var answer = await RunAsync(ForwardPrograms.Aws,
            [.. command, .. region is null ? [] : (string[])["--region", region], "--output", "json"], name, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return JsonDocument.Parse(answer.Length == 0 ? "{}" : answer);
        }
        catch (JsonException e)
        {
            throw new ForwardException($"'{name}' did not answer with JSON", "see what it says when it is typed alone", e);
        }
    }

    /// <summary>Gives a program the profile.</summary>
    public void ApplyTo(ProcessStartInfo start)
    {
        // The AWS CLI would page its output where a person sits at the terminal.
        start.Environment["AWS_PAGER"] = "";
        if (profile is null)
            return;
        foreach (var name in BeforeProfile)
            start.Environment.Remove(name);
        start.Environment["AWS_PROFILE"] = profile;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote to stdout.</returns>
    /// <exception cref="ForwardException">It is not there, failed, or took too long.</exception>
    public async Task<string> RunAsync(
        string program, IReadOnlyList<string> arguments, string name, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(ForwardPrograms.Require(program), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        ApplyTo(start);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            var (said, complaint) = (await output.ConfigureAwait(false), await error.ConfigureAwait(false));
            return process.ExitCode == 0 ? said
                : throw ForwardProblem.Of($"'{name}' failed", complaint.Split('\n'), process.ExitCode);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ForwardException($"'{name}' did not answer within {Patience.TotalSeconds:0} seconds",
                "AWS's API cannot be reached from here: look at proxy settings and network");
        }
        catch (Win32Exception e)
        {
            throw new ForwardException($"'{start.FileName}' could not be started: {e.Message}", "reinstall it", e);
        }
        finally
        {
            if (process is { HasExited: false })
                process.Kill(entireProcessTree: true);
            process?.Dispose();
        }
    }
}
