using System.ComponentModel;
using System.Diagnostics;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Local;

/// <summary>COMMAND: a program in any language, with this process's own stdin, stdout and stderr.</summary>
internal static class ChildProgram
{
    private const int NoSuchFile = 2; // ENOENT; ERROR_FILE_NOT_FOUND on Windows

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Says at once, before a server is started, that a program is not there.</summary>
    /// <exception cref="ToolException">It is not.</exception>
    public static void RequireFound(string command)
    {
        // Windows completes names by its own rules (PATHEXT); there, the start says it.
        if (OperatingSystem.IsWindows())
            return;
        var found = command.Contains('/', StringComparison.Ordinal)
            ? File.Exists(command)
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, command)));
        if (!found)
            throw NotFound(command, null);
    }

    /// <summary>Runs the program to its end and returns its exit code; 128 and the signal's number when a signal ended it.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">What it is given.</param>
    /// <param name="signals">What is sent to this process is sent on.</param>
    /// <param name="file">A file of the caller's that is gone when this process is killed, too; null for none.</param>
    /// <param name="serverGone">The database is gone: the program is asked to end, and ended when it does not.</param>
    /// <exception cref="ToolException">It cannot be started.</exception>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> command, ChildEnvironment environment, Signals signals, string? file = null,
        CancellationToken serverGone = default)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false };
        environment.ApplyTo(start.Environment);
        using var watch = ChildWatch.Begin(file);
        watch.Mark(start);
        Process child;
        try
        {
            using (BrokenPipes.EndAProgram())
                child = Process.Start(start)!;
        }
        catch (Win32Exception e) when (e.NativeErrorCode == NoSuchFile)
        {
            throw NotFound(command[0], e);
        }
        catch (Win32Exception e)
        {
            throw new ToolException(ExitCode.CommandNotExecutable, $"'{command[0]}' could not be started: {e.Message}", e);
        }

        using (child)
        using (signals.ForwardTo(child))
        {
            watch.Over(child);
            try
            {
                await child.WaitForExitAsync(serverGone);
                return child.ExitCode;
            }
            catch (OperationCanceledException)
            {
                await EndAsync(child);
                return ExitCode.LocalFailed;
            }
        }
    }

    private static async Task EndAsync(Process child)
    {
        Signals.Terminate(child);
        using var patience = new CancellationTokenSource(Patience);
        await child.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!child.HasExited)
            child.Kill(entireProcessTree: true);
    }

    private static ToolException NotFound(string command, Exception? cause) => new(
        ExitCode.CommandNotFound,
        command.Contains('/', StringComparison.Ordinal) ? $"'{command}' does not exist" : $"'{command}' was not found on the PATH",
        cause);
}
