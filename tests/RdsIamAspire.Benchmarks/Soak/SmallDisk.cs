using System.Diagnostics;

namespace RdsIamAspire.Benchmarks.Soak;

/// <summary>
/// A small disk of its own for the local server's files, so that filling it disturbs nobody. Root on Linux can mount one.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private const string CacheVariable = "XDG_CACHE_HOME";

    private readonly string? _before = Environment.GetEnvironmentVariable(CacheVariable);

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Mounts it and makes it this process's cache folder; null where that cannot be done.</summary>
    public static SmallDisk? Mount()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return null;
        var folder = Directory.CreateTempSubdirectory("rds-iam-soak-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", "size=600m", "tmpfs", folder) != 0)
        {
            Directory.Delete(folder);
            return null;
        }

        var disk = new SmallDisk(folder);
        // An unpacked MySQL stays where it is.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var unpacked = Path.Combine(disk._before is { Length: > 0 } cache ? cache : Path.Combine(home, ".cache"), "rds-iam/mysqld");
        Directory.CreateDirectory(Path.Combine(folder, "rds-iam"));
        if (Directory.Exists(unpacked))
            Directory.CreateSymbolicLink(Path.Combine(folder, "rds-iam/mysqld"), unpacked);
        Environment.SetEnvironmentVariable(CacheVariable, folder);
        return disk;
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(CacheVariable, _before);
        if (Run("umount", Folder) == 0)
            Directory.Delete(Folder);
    }

    private static int Run(string file, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
