using System.Globalization;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Local;

/// <summary>The end of this process's stdout, while the process goes on.</summary>
internal static class StandardOutput
{
    private const int Error = 2; // stderr's descriptor

    /// <summary>
    /// Closes stdout for whoever reads it, so that <c>eval "$(rds-iam local &amp;)"</c> gets its text and goes on. On Linux only: elsewhere
    /// there is no list of the copies that the runtime made of it.
    /// </summary>
    public static void Finish()
    {
        Console.Out.Flush();
        if (!OperatingSystem.IsLinux()
            || TargetOf(1) is not { } output
            || !output.StartsWith("pipe:", StringComparison.Ordinal)
            || TargetOf(Error) == output)
            return;
        var nothing = FileDescriptor.Open("/dev/null", FileDescriptor.WriteOnly);
        if (nothing < 0)
            return;
        // Each descriptor stays taken: a file opened later must not become stdout.
        foreach (var entry in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var descriptor) && TargetOf(descriptor) == output)
                _ = FileDescriptor.Duplicate(nothing, descriptor);
        }

        _ = FileDescriptor.Close(nothing);
    }

    private static string? TargetOf(int descriptor)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}")).LinkTarget;
        }
        catch (IOException)
        {
            return null; // closed meanwhile
        }
    }
}
