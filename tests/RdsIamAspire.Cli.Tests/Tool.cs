using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Cli.Tests;

/// <summary>The built <c>rds-iam</c>, run as a process of its own, as a user does.</summary>
internal static class Tool
{
    private static readonly string Library = Path.Combine(AppContext.BaseDirectory, "rds-iam.dll");

    /// <summary>Runs a command line to its end.</summary>
    public static async Task<ToolResult> RunAsync(
        IEnumerable<string> arguments,
        string? stdin = null,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        await using var running = Start(arguments, environment, redirectInput: true);
        if (stdin is not null)
            await running.Process.StandardInput.WriteAsync(stdin);
        running.Process.StandardInput.Close();
        var result = await running.EndAsync();
        // Whatever a test asks for: what comes as JSON is what the schema says.
        OutputSchema.Check([.. arguments], result);
        return result;
    }

    public static Task<ToolResult> RunAsync(params string[] arguments) => RunAsync(arguments, stdin: null);

    /// <summary>Starts a command line that the test ends. Nothing of this machine's AWS configuration reaches it.</summary>
    public static RunningTool Start(
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        bool redirectInput = false)
    {
        var start = new ProcessStartInfo("dotnet", [Library, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment.Remove("RDS_IAM_CA_BUNDLE");
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(AppContext.BaseDirectory, "no-credentials");
        start.Environment["AWS_CONFIG_FILE"] = Path.Combine(AppContext.BaseDirectory, "no-config");
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        var running = new RunningTool(Process.Start(start)!);
        if (!redirectInput)
            running.Process.StandardInput.Close();
        return running;
    }
}

/// <summary>How a command line ended.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>The lines said to the person, without the program's name.</summary>
    public IReadOnlyList<string> Said { get; } =
        [
            .. Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line.StartsWith("rds-iam: ", StringComparison.Ordinal))
                .Select(line => line["rds-iam: ".Length..].TrimEnd('\r')),
        ];
}

/// <summary>A command line that runs.</summary>
internal sealed partial class RunningTool : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    public RunningTool(Process process)
    {
        Process = process;
        process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Append(_error, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>Waits until a line has come on stdout or stderr, and returns the text so far.</summary>
    public async Task<string> UntilAsync(string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!(Output + Error).Contains(text, StringComparison.Ordinal))
        {
            Assert.False(
                Process.HasExited && !(Output + Error).Contains(text, StringComparison.Ordinal),
                $"ended before '{text}' came: {Error}");
            await Task.Delay(20, patience.Token);
        }

        return Output + Error;
    }

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<ToolResult> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await Process.WaitForExitAsync(patience.Token);
        // What a loaded machine is slow at is said, and is no part of what a test looks for.
        return new ToolResult(Process.ExitCode, Output, Waiting().Replace(Error, ""));
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
            await Process.WaitForExitAsync();
        }

        Process.Dispose();
    }

    [GeneratedRegex(@"^rds-iam: ([^\n]* …|still [^\n]*, for \d+ s)\n", RegexOptions.Multiline)]
    private static partial Regex Waiting();

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
            lock (text)
                text.Append(line).Append('\n');
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }
}
