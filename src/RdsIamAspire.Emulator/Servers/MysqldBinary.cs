using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Emulator;

/// <summary>A mysqld that can be run, and where it keeps its parts.</summary>
/// <param name="Path">The binary.</param>
/// <param name="Command">How it is run: the binary itself, or its own dynamic loader with it.</param>
/// <param name="BaseArguments">Where its parts are, when they are not where it was built for.</param>
/// <param name="PluginDirectory">Its own plugins.</param>
/// <param name="VersionText">What <c>--version</c> says.</param>
internal sealed partial record MysqldBinary(
    string Path, IReadOnlyList<string> Command, IReadOnlyList<string> BaseArguments, string PluginDirectory, string VersionText)
{
    /// <summary>What its plugins are built for; another one than the machine's under an emulator of it (qemu).</summary>
    public Architecture Architecture { get; init; } = RuntimeInformation.OSArchitecture;

    /// <summary>9.7.4, say; null when the text has no version.</summary>
    public Version? Version => VersionPattern().Match(VersionText) is { Success: true } match ? new Version(match.Groups[1].Value) : null;

    /// <summary>Why it cannot serve as an RDS; null when it can.</summary>
    public string? Problem => VersionProblem(VersionText) ?? (PluginArchitecture is null
        ? $"there is no authentication plugin for {RuntimeInformation.OSDescription} on {RuntimeInformation.OSArchitecture};"
            + " a mysqld works on linux-x64 and linux-arm64, elsewhere use Docker"
        : null);

    /// <summary>The architecture of the plugin that fits.</summary>
    public static Architecture? PluginArchitecture =>
        OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture is Architecture.X64 or Architecture.Arm64
            ? RuntimeInformation.OSArchitecture
            : null;

    /// <summary>The binary at a path; null when there is none.</summary>
    public static MysqldBinary? At(string path)
    {
        if (!File.Exists(path)) return null;
        path = System.IO.Path.GetFullPath(path);
        var version = Run(path, "--no-defaults", "--version");
        if (version is null) return null;
        var help = VersionProblem(version) is null ? Run(path, "--no-defaults", "--verbose", "--help") ?? "" : "";
        var plugins = PluginDirectoryPattern().Match(help);
        var pluginDirectory = plugins.Success ? plugins.Groups[1].Value.Trim() : "/usr/lib/mysql/plugin/";
        return new MysqldBinary(path, [path], [], pluginDirectory, version.Trim());
    }

    /// <summary>The one on the PATH, or where packages put it; null when there is none.</summary>
    public static MysqldBinary? OnPath()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/usr/libexec", "/usr/local/mysql/bin"]);
        return folders.Select(folder => System.IO.Path.Combine(folder, "mysqld")).Where(File.Exists).Select(At)
            .FirstOrDefault(binary => binary is not null);
    }

    /// <summary>What is wrong with a server's version text; null when nothing is.</summary>
    public static string? VersionProblem(string text)
    {
        if (text.Contains("MariaDB", StringComparison.OrdinalIgnoreCase))
            return $"it is MariaDB ({text.Trim()}), which has neither RDS's plugin interface nor its users; a MySQL 8.0 or later is needed";
        if (string.IsNullOrWhiteSpace(text)) return "it says no version, so it is no mysqld; a MySQL 8.0 or later is needed";
        var match = VersionPattern().Match(text);
        if (!match.Success) return $"its version cannot be read from '{text.Trim()}'; a MySQL 8.0 or later is needed";
        return new Version(match.Groups[1].Value) < new Version(8, 0, 16)
            ? $"it is MySQL {match.Groups[1].Value}; 8.0.16 or later is needed (RDS's oldest is 8.0)"
            : null;
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static string? Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEndAsync();
            if (output.Wait(Patience) && process.WaitForExit(Patience))
                return output.Result;
            // Something of this name that is no mysqld.
            process.Kill(entireProcessTree: true);
            return null;
        }
        catch (Win32Exception) { return null; }
    }

    [GeneratedRegex(@"(?:Ver |^)(\d+\.\d+\.\d+)")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"^plugin-dir +(\S.*)$", RegexOptions.Multiline)]
    private static partial Regex PluginDirectoryPattern();
}
