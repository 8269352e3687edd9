using System.Security.Cryptography;
using System.Text;

namespace RdsIamAspire.Emulator;

/// <summary>Where this library keeps what is worth keeping between runs: the user's cache folder, one folder in it.</summary>
internal static class CacheFolder
{
    /// <summary>The folder; XDG_CACHE_HOME is honoured on every system ("XDG Base Directory Specification").</summary>
    public static string Path
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
            var xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            var cache = !string.IsNullOrEmpty(xdg) ? xdg
                : OperatingSystem.IsWindows()
                    ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify)
                : OperatingSystem.IsMacOS() ? System.IO.Path.Combine(home, "Library", "Caches")
                : System.IO.Path.Combine(string.IsNullOrEmpty(home) ? System.IO.Path.GetTempPath() : home, ".cache");
            return System.IO.Path.Combine(cache, "rds-iam");
        }
    }

    /// <summary>A folder in it, made when missing, for the owner only.</summary>
    public static string Open(string name)
    {
        var folder = System.IO.Path.Combine(Path, name);
        PrivateFile.CreateFolder(folder);
        return folder;
    }

    /// <summary>A short name for what the parts describe together.</summary>
    public static string Key(params IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..24];
}
