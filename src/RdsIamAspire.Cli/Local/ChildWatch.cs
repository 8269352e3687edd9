using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace RdsIamAspire.Cli.Local;

/// <summary>
/// Ends COMMAND when this process is gone without a word (SIGKILL, out of memory): a shell that waits for the end of a pipe from here.
/// COMMAND itself keeps its terminal, its process group and its stdin.
/// </summary>
internal sealed class ChildWatch : IDisposable
{
    // COMMAND is asked, and ended when it does not within ten seconds. A word on the pipe is the orderly end.
    private const string Script = """
        trap '' INT TERM HUP QUIT
        exec >/dev/null 2>&1
        read -r word && exit
        kill -TERM "$1" || exit
        waited=0
        while kill -0 "$1" && [ $waited -lt 100 ]; do sleep 0.1; waited=$((waited + 1)); done
        kill -KILL "$1"
        """;

    private readonly Process? _shell;

    private ChildWatch(Process? shell) => _shell = shell;

    /// <summary>Watches over a program that was just started. On Windows, and without a shell, nothing does.</summary>
    public static ChildWatch Over(Process child)
    {
        if (OperatingSystem.IsWindows())
            return new ChildWatch(null);
        try
        {
            string[] arguments = ["-c", Script.ReplaceLineEndings("\n"), "rds-iam", child.Id.ToString(CultureInfo.InvariantCulture)];
            return new ChildWatch(Process.Start(new ProcessStartInfo("/bin/sh", arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
            }));
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return new ChildWatch(null); // no shell, or no more processes: COMMAND runs all the same
        }
    }

    public void Dispose()
    {
        if (_shell is null)
            return;
        try
        {
            _shell.StandardInput.WriteLine("ended");
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // Somebody has ended it.
        }

        _shell.Dispose();
    }
}
