using System.Diagnostics;
using System.Globalization;

namespace RdsIamAspire.Emulator;

/// <summary>The folder of one running server: its CA file, and for a mysqld its data, keys and log. It is gone with the server.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string LockName = "owner.lock";

    private readonly FileLock _owner;

    private RunFolder(string path, FileLock owner)
    {
        Path = path;
        _owner = owner;
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string CaCertificate => this["ca.pem"];

    public string Log => this["mysqld.log"];

    public string ProcessId => this["mysqld.pid"];

    public static RunFolder Create()
    {
        var runs = CacheFolder.Open("run");
        var path = System.IO.Path.Combine(runs, Guid.NewGuid().ToString("N")[..12]);
        PrivateFile.CreateFolder(path);
        var owner = FileLock.TryTake(System.IO.Path.Combine(path, LockName)) ?? throw new IOException($"{path} cannot be locked.");
        return new RunFolder(path, owner);
    }

    /// <summary>Ends and deletes what processes that are gone have left behind. A folder whose owner lives is locked by it.</summary>
    public static void SweepLeftovers()
    {
        var runs = new DirectoryInfo(System.IO.Path.Combine(CacheFolder.Path, "run"));
        if (!runs.Exists) return;
        foreach (var folder in runs.EnumerateDirectories())
        {
            // A folder that is just being made has no lock yet.
            var lockFile = System.IO.Path.Combine(folder.FullName, LockName);
            if (!File.Exists(lockFile) && DateTime.UtcNow - folder.CreationTimeUtc < TimeSpan.FromMinutes(1)) continue;
            using var owner = FileLock.TryTake(lockFile);
            if (owner is null) continue;
            EndServerOf(folder.FullName);
            Delete(folder.FullName);
        }
    }

    public void Dispose()
    {
        Delete(Path);
        _owner.Dispose();
    }

    /// <summary>Ends the mysqld of this folder, if its supervisor is gone and it is not: its port is free afterwards.</summary>
    public void EndServer() => EndServerOf(Path);

    private static void EndServerOf(string folder)
    {
        var file = System.IO.Path.Combine(folder, "mysqld.pid");
        try
        {
            if (!File.Exists(file)) return;
            if (!int.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return;
            // The number may belong to another process by now: the command line tells.
            if (!File.ReadAllText($"/proc/{id}/cmdline").Contains(folder, StringComparison.Ordinal)) return;
            using var server = Process.GetProcessById(id);
            server.Kill();
            // Killed is not gone: its memory is given back first, and its port after that.
            SpinWait.SpinUntil(() => IsGone(id), TimeSpan.FromSeconds(30));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            // It has ended, or is nobody's that may be ended from here.
        }
    }

    // A zombie whose threads are gone holds nothing; where nobody asks for its exit code it stays one.
    private static bool IsGone(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')')..].StartsWith(") Z", StringComparison.Ordinal)
                && Directory.GetDirectories($"/proc/{id}/task").Length == 1;
        }
        catch (IOException) { return true; }
    }

    private static void Delete(string path)
    {
        try { Directory.Delete(path, recursive: true); }
        catch (DirectoryNotFoundException) { }
        catch (IOException) { }
        catch (UnauthorizedAccessException) { }
    }
}
