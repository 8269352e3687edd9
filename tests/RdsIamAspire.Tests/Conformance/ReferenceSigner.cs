using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RdsIamAspire.Tests.Conformance;

/// <summary>
/// Runs another signer in its own process: @aws-sdk/rds-signer under node, botocore under the AWS CLI's python. Absent ones skip the test.
/// </summary>
internal static class ReferenceSigner
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Conformance");
    private static readonly JsonSerializerOptions Json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    internal static async Task<IReadOnlyList<string>> JavaScriptAsync(IReadOnlyList<SigningCase> cases, CancellationToken cancellationToken)
    {
        if (await RunAsync("node", ["--version"], null, cancellationToken) is not { ExitCode: 0 })
            Assert.Skip("node is not on the path.");
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "@aws-sdk", "rds-signer")))
        {
            var install = await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], null, cancellationToken);
            if (install is not { ExitCode: 0 })
                Assert.Skip("@aws-sdk/rds-signer could not be installed: 'npm ci' failed in tests/RdsIamAspire.Tests/Conformance.");
        }

        return await SignAsync("node", ["sign.mjs"], cases, cancellationToken);
    }

    internal static async Task<IReadOnlyList<string>> BotocoreAsync(IReadOnlyList<SigningCase> cases, CancellationToken cancellationToken)
    {
        foreach (var python in (string[])["python3", "/usr/bin/python3"])
        {
            if (await RunAsync(
                python,
                ["-c", "import sys\ntry:\n  import awscli\nexcept ImportError:\n  pass\nimport botocore.signers"],
                null,
                cancellationToken) is { ExitCode: 0 })
                return await SignAsync(python, ["sign.py"], cases, cancellationToken);
        }

        Assert.Skip("No python with botocore; install the AWS CLI (Debian: awscli).");
        return [];
    }

    /// <summary>The real command of the article, with made-up credentials, at the time of now. Null when there is no AWS CLI.</summary>
    internal static async Task<string?> AwsCliAsync(SigningCase input, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>
        {
            ["AWS_ACCESS_KEY_ID"] = input.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = input.SecretAccessKey,
            ["AWS_SESSION_TOKEN"] = input.SessionToken ?? "",
            ["AWS_CONFIG_FILE"] = "/dev/null",
            ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        };
        var run = await RunAsync("aws", [
            "rds", "generate-db-auth-token", "--hostname", input.Host, "--port", $"{input.Port}", "--region", input.Region,
            "--username", input.User,
        ],
            null, cancellationToken, environment);
        if (run is null)
            return null;
        Assert.True(run.ExitCode == 0, $"aws ended with {run.ExitCode}: {run.Error}");
        return run.Output.Trim();
    }

    private static async Task<IReadOnlyList<string>> SignAsync(
        string program,
        string[] arguments,
        IReadOnlyList<SigningCase> cases,
        CancellationToken cancellationToken)
    {
        var run = await RunAsync(program, arguments, JsonSerializer.Serialize(cases, Json), cancellationToken);
        Assert.True(run is { ExitCode: 0 }, $"{program} {string.Join(' ', arguments)} ended with {run?.ExitCode}: {run?.Error}");
        return JsonSerializer.Deserialize<string[]>(run!.Output)!;
    }

    private static async Task<Run?> RunAsync(
        string program, string[] arguments, string? input, CancellationToken cancellationToken, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
        {
            if (value.Length == 0)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output, await error);
        }
    }

    private sealed record Run(int ExitCode, string Output, string Error);
}
