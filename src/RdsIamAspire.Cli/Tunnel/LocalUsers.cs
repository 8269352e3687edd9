using System.Globalization;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>Whether other people have an account on this machine: a port on loopback is open to them too.</summary>
internal static class LocalUsers
{
    // UID_MIN and UID_MAX of login.defs(5): accounts below are services, those above are made for the moment.
    private const int FirstPerson = 1000;
    private const int LastPerson = 60_000;

    private static readonly string[] Nobodies =
        ["Public", "Default", "Default User", "All Users", "Shared", "Guest", "lost+found", "linuxbrew"];

    /// <summary>Another account that a person can log in with; null when there is none.</summary>
    public static string? Other()
    {
        var own = Environment.UserName;
        var accounts = OperatingSystem.IsLinux() && File.Exists("/etc/passwd") ? File.ReadAllText("/etc/passwd") : "";
        var homes = OperatingSystem.IsLinux() ? "/home"
            : Path.GetDirectoryName(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
        // Accounts of a directory service stand in no file of this machine, but have left a home here.
        return Other(accounts, Directory.Exists(homes) ? Directory.EnumerateDirectories(homes).Select(Path.GetFileName) : [], own);
    }

    /// <summary>The same of the text of passwd(5) and the names of home folders.</summary>
    internal static string? Other(string accounts, IEnumerable<string?> homes, string own) =>
        accounts.Split('\n').Select(line => line.Split(':')).Where(IsPerson).Select(fields => fields[0])
            .Concat(homes)
            .FirstOrDefault(name => name is { Length: > 0 } && !name.StartsWith('.') && !Nobodies.Contains(name)
                && !string.Equals(name, own, StringComparison.OrdinalIgnoreCase));

    private static bool IsPerson(string[] fields) => fields.Length >= 7
        && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id is >= FirstPerson and <= LastPerson
        && Path.GetFileName(fields[6].Trim()) is not ("nologin" or "false" or "sync");
}
