using RdsIamAspire.Emulator;

namespace RdsIamAspire.TestSupport;

/// <summary>The <c>mysql</c> command-line client: the one on the PATH, else the one that came with an unpacked MySQL.</summary>
public static class MySqlCommandLine
{
    /// <summary>The command and its first arguments; null when there is none.</summary>
    public static IReadOnlyList<string>? Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "mysql"))
            // MariaDB's client answers to the same name and cannot do this.
            .FirstOrDefault(
                path => File.Exists(path)
                    && !(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.Name ?? "").Contains(
                        "mariadb",
                        StringComparison.Ordinal));
        return onPath is not null ? [onPath] : UnpackedMySql.ClientCommand;
    }
}
