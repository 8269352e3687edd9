using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RdsIamAspire.Emulator;

/// <summary>
/// A real MySQL without Docker and without root: the server and client packages of Debian's unstable suite, unpacked with the libraries
/// they need into the user's cache folder and run through their own dynamic loader, so that the machine's own libraries do not matter.
/// </summary>
public static class UnpackedMySql
{
    private const string Complete = "complete";

    private static readonly string[] Packages = ["mysql-server-core", "mysql-client-core"];

    /// <summary>The folder of the newest one unpacked; null when there is none.</summary>
    public static string? Folder => Roots().FirstOrDefault();

    /// <summary>The command line of its <c>mysql</c> client (a dynamic loader and its arguments); null when none is unpacked.</summary>
    public static IReadOnlyList<string>? ClientCommand =>
        Folder is { } root && Loader(root) is { } loader ? [.. loader, Path.Combine(root, "usr/bin/mysql")] : null;

    /// <summary>
    /// Whether this machine looks like one that <see cref="PrepareAsync"/> works on: apt and dpkg are there, and a plugin for its
    /// architecture.
    /// </summary>
    internal static bool CanBeHad => MysqldBinary.PluginArchitecture is not null && IsOnPath("apt-get") && IsOnPath("dpkg-deb");

    /// <summary>Unpacks a MySQL, unless one is unpacked already.</summary>
    /// <param name="progress">Told in one line what is done.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing half-made is left.</param>
    /// <returns>Its version, 9.7.4 say.</returns>
    /// <exception cref="LocalMySqlServerException">
    /// This is not a Debian-like machine, or its mirror has no such package; the message says what to do.
    /// </exception>
    public static async Task<string> PrepareAsync(IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        var folder = CacheFolder.Open("mysqld");
        using var _ = await FileLock.TakeAsync(Path.Combine(folder, "unpack.lock"), cancellationToken).ConfigureAwait(false);
        if (Find() is { } there)
        {
            progress?.Report($"MySQL {there.Version} is unpacked already in {Folder}");
            return there.Version!.ToString();
        }

        if (MysqldBinary.PluginArchitecture is null)
            throw Cannot($"{RuntimeInformation.OSDescription} on {RuntimeInformation.OSArchitecture} is neither linux-x64 nor linux-arm64");

        foreach (var left in Directory.EnumerateDirectories(folder, "making-*")) Directory.Delete(left, recursive: true);
        var work = Path.Combine(folder, $"making-{Guid.NewGuid():N}");
        try
        {
            var mirror = await DebianPackages.FindMirrorAsync(work, cancellationToken).ConfigureAwait(false);
            var archives = await DebianPackages.DownloadAsync(mirror, work, Packages, progress, cancellationToken).ConfigureAwait(false);
            progress?.Report($"step 3 of 3: unpacking into {folder}");
            var root = Path.Combine(work, "root");
            PrivateFile.CreateFolder(root);
            foreach (var archive in archives) await DebianPackages.UnpackAsync(archive, root, cancellationToken).ConfigureAwait(false);
            foreach (var unused in (string[])["usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/perl", "usr/lib/systemd"])
                if (Directory.Exists(Path.Combine(root, unused))) Directory.Delete(Path.Combine(root, unused), recursive: true);

            var server = archives.First(archive => Path.GetFileName(archive).StartsWith("mysql-server-core", StringComparison.Ordinal));
            var target = Path.Combine(folder, Path.GetFileNameWithoutExtension(server));
            if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
            // The mark is inside before the folder has its name: whoever finds the name finds all of it.
            await File.WriteAllTextAsync(Path.Combine(root, Complete), "", cancellationToken).ConfigureAwait(false);
            Directory.Move(root, target);
        }
        finally
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }

        var made = Find() ?? throw Cannot("the packages were unpacked, but the mysqld in them does not run");
        progress?.Report($"MySQL {made.Version} is unpacked in {Folder}");
        return made.Version!.ToString();
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    internal static MysqldBinary? Find()
    {
        foreach (var root in Roots())
        {
            if (Loader(root) is not { } loader) continue;
            var mysqld = Path.Combine(root, "usr/sbin/mysqld");
            var command = (string[])[.. loader, mysqld];
            if (TryVersion(command) is { } version)
                return new MysqldBinary(
                    mysqld,
                    command,
                    [
                        $"--basedir={root}/usr",
                        $"--lc-messages-dir={root}/usr/share/mysql",
                        $"--character-sets-dir={root}/usr/share/mysql/charsets",
                    ],
                    $"{root}/usr/lib/mysql/plugin",
                    version);
        }

        return null;
    }

    private static IEnumerable<string> Roots()
    {
        var folder = Path.Combine(CacheFolder.Path, "mysqld");
        return Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder)
                .Where(root => File.Exists(Path.Combine(root, Complete)))
                .OrderByDescending(Directory.GetCreationTimeUtc)
            : [];
    }

    // The loader that the packages brought, told where their libraries are ("ld.so(8)", --library-path).
    private static string[]? Loader(string root)
    {
        var (triplet, loader) = RuntimeInformation.OSArchitecture == Architecture.Arm64
            ? ("aarch64-linux-gnu", "ld-linux-aarch64.so.1")
            : ("x86_64-linux-gnu", "ld-linux-x86-64.so.2");
        var libraries = Path.Combine(root, "usr/lib", triplet);
        var path = Path.Combine(libraries, loader);
        return File.Exists(path) ? [path, "--library-path", libraries] : null;
    }

    private static string? TryVersion(string[] command)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(command[0], [.. command.Skip(1), "--no-defaults", "--version"])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
            var version = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? version : null;
        }
        catch (Win32Exception) { return null; }
    }

    internal static LocalMySqlServerException Cannot(string why, Exception? inner = null) => new(
        LocalMySqlServerProblem.CannotUnpack,
        $"A real MySQL cannot be unpacked on this machine: {why}. Install MySQL 8.0 or later so that mysqld is on the PATH, or use "
            + "Docker (docker pull mysql:8.4).",
        inner);
}
