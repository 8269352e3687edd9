using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace RdsIamAspire.Dev;

/// <summary>Starts programs in the checkout, and ends them when it is ended itself.</summary>
internal sealed class Shell(string root, CancellationToken stop)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A build that says nothing unless something is wrong.</summary>
    internal static readonly string[] Quiet = ["--nologo", "-v", "q", "-clp:NoSummary"];

    internal string Root => root;

    internal CancellationToken Stop => stop;

    /// <summary>What every program is told that is started here.</summary>
    internal Dictionary<string, string> Variables { get; } = [];

    internal static void Say(string what, string text) => Console.WriteLine($"{what,-11} {text}");

    internal static int Fail(string text)
    {
        Console.Error.WriteLine($"error: {text}");
        return 1;
    }

    internal static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Any(
                folder => File.Exists(System.IO.Path.Combine(folder, program))
                    || File.Exists(System.IO.Path.Combine(folder, program + ".exe")));

    internal string Path(params string[] parts) => System.IO.Path.Combine([root, .. parts]);

    internal ProcessStartInfo Command(string file, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = root };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        return start;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="line">Gets each line of its output; without it the output goes to the terminal.</param>
    /// <returns>Its exit code.</returns>
    internal async Task<int> RunAsync(string file, IEnumerable<string> arguments, Action<string>? line = null)
    {
        var start = Command(file, arguments);
        start.RedirectStandardOutput = line is not null;
        start.RedirectStandardError = line is not null;
        Process child;
        try { child = Process.Start(start)!; }
        catch (Win32Exception) { return Fail($"'{file}' was not found on the PATH"); }
        using (child)
        {
            // A build server that outlives the command keeps its pipes open; the exit is what is waited for.
            if (line is not null)
            {
                var gate = new Lock();
                DataReceivedEventHandler received = (_, e) => { if (e.Data is { } text) lock (gate) line(text); };
                child.OutputDataReceived += received;
                child.ErrorDataReceived += received;
                child.BeginOutputReadLine();
                child.BeginErrorReadLine();
            }

            try { await child.WaitForExitAsync(stop).ConfigureAwait(false); }
            catch (OperationCanceledException)
            {
                await EndAsync(child).ConfigureAwait(false);
                throw;
            }

            return child.ExitCode;
        }
    }

    /// <summary>A polite end first, so that servers and containers are cleaned up; a hard one when that is not heard.</summary>
    internal static async Task EndAsync(Process child)
    {
        if (child.HasExited) return;
        if (OperatingSystem.IsWindows()) child.Kill(entireProcessTree: true);
        else using (Process.Start("kill", ["-TERM", child.Id.ToString(CultureInfo.InvariantCulture)])) { }
        using var patience = new CancellationTokenSource(Patience);
        try { await child.WaitForExitAsync(patience.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) { child.Kill(entireProcessTree: true); }
    }
}
