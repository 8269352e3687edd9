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
    // First comes COMMAND's process id. It is asked, and ended when it does not within ten seconds. A word after that is the orderly end.
    private const string Script = """
        trap '' INT TERM HUP QUIT
        exec >/dev/null 2>&1
        read -r id
        read -r word && exit
        [ -z "$1" ] || rm -f -- "$1"
        [ -n "$id" ] && kill -TERM "$id" || exit
        waited=0
        while kill -0 "$id" && [ $waited -lt 100 ]; do sleep 0.1; waited=$((waited + 1)); done
        kill -KILL "$id"
        """;

    private readonly Process? _shell;

    private ChildWatch(Process? shell) => _shell = shell;

    /// <summary>Begins before the program does. On Windows, and without a shell, nothing watches.</summary>
    /// <param name="file">A file that must not outlive this process; null for none.</param>
    public static ChildWatch Begin(string? file = null)
    {
        if (OperatingSystem.IsWindows())
            return new ChildWatch(null);
        try
        {
            string[] arguments = ["-c", Script.ReplaceLineEndings("\n"), "rds-iam", file ?? ""];
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

    /// <summary>Names the program to it, which was just started.</summary>
    public void Over(Process child) => Tell(child.Id.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        Tell("ended");
        _shell?.StandardInput.Dispose();
        _shell?.Dispose();
    }

    private void Tell(string line)
    {
        try
        {
            _shell?.StandardInput.WriteLine(line);
            _shell?.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Somebody has ended it.
        }
    }
}
