using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>
/// The shell processes around a mysqld of this machine, found in Linux's /proc by the folder that their command line names.
/// </summary>
internal sealed partial class SupervisorScripts : IEnumerable<int>
{
    // signal(7), the same on x64 and arm64.
    private const int ContinueSignal = 18;
    private const int StopSignal = 19;

    private readonly List<int> _processes;

    private SupervisorScripts(List<int> processes) => _processes = processes;

    public static SupervisorScripts Of(ILocalMySqlServer server)
    {
        var folder = Path.GetDirectoryName(server.CaCertificatePath)!;
        return new(
            [
                .. Directory.EnumerateDirectories("/proc")
                    .Select(Path.GetFileName)
                    .Where(name => char.IsAsciiDigit(name![0]))
                    .Where(IsScript)
                    .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)),
            ]);

        bool IsScript(string? process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process}/cmdline") is var line
                && line.StartsWith("/bin/sh\0", StringComparison.Ordinal)
                && line.Contains(folder, StringComparison.Ordinal);
            }
            catch (IOException) { return false; }
        }
    }

    /// <summary>Holds them; one that has ended meanwhile (the writer of the first statements) has nothing to pass on.</summary>
    public void Hold()
    {
        _processes.RemoveAll(process => Kill(process, StopSignal) != 0);
        Assert.NotEmpty(_processes);
    }

    public void Release() => _processes.ForEach(process => Assert.Equal(0, Kill(process, ContinueSignal)));

    public IEnumerator<int> GetEnumerator() => _processes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
