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
    /// <summary>In COMMAND's environment alone: finds it where this process was killed before it could name it.</summary>
    private const string Variable = "RDS_IAM_RUN";

    // First comes COMMAND's process id. It is asked, and ended when it does not within ten seconds. A word after that is the orderly end.
    // Without an id COMMAND may just be starting: it is looked for (on Linux) by its environment, for two seconds.
    // $1: a file to remove, $2: NAME=VALUE of that environment
    internal const string Script = """
        trap '' INT TERM HUP QUIT
        exec >/dev/null 2>&1
        read -r id
        read -r word && exit
        [ -z "$1" ] || rm -f -- "$1"
        tries=0
        while [ -z "$id" ] && [ $tries -lt 20 ]; do
            id=$(grep -ls -- "$2" /proc/[0-9]*/environ | cut -d/ -f3)
            [ -n "$id" ] || sleep 0.1
            tries=$((tries + 1))
        done
        [ -n "$id" ] && kill -TERM $id || exit
        waited=0
        while kill -0 $id && [ $waited -lt 100 ]; do sleep 0.1; waited=$((waited + 1)); done
        kill -KILL $id
        """;

    private readonly Process? _shell;
    private readonly string _mark;

    private ChildWatch(Process? shell, string mark) => (_shell, _mark) = (shell, mark);

    /// <summary>Begins before the program does. On Windows, and without a shell, nothing watches.</summary>
    /// <param name="file">A file that must not outlive this process; null for none.</param>
    public static ChildWatch Begin(string? file = null)
    {
        if (OperatingSystem.IsWindows())
            return new ChildWatch(null, "");
        var mark = Guid.NewGuid().ToString("N");
        try
        {
            string[] arguments = ["-c", Script.ReplaceLineEndings("\n"), "rds-iam", file ?? "", $"{Variable}={mark}"];
            return new ChildWatch(Process.Start(new ProcessStartInfo("/bin/sh", arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
            }), mark);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return new ChildWatch(null, ""); // no shell, or no more processes: COMMAND runs all the same
        }
    }

    /// <summary>Marks the program that is about to be started.</summary>
    public void Mark(ProcessStartInfo program)
    {
        if (_mark.Length > 0)
            program.Environment[Variable] = _mark;
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
