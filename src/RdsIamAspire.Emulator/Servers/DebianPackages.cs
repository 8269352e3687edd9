using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Emulator;

/// <summary>
/// Packages of Debian's unstable suite, fetched by the machine's own apt into a folder of ours: its verification of signatures and
/// checksums, its proxy and its mirror, and neither root nor the system's package lists, which a new machine does not have.
/// </summary>
internal static partial class DebianPackages
{
    /// <summary>Where apt finds Debian: RDS_IAM_DEBIAN_MIRROR, else the mirror that this machine's own sources name.</summary>
    /// <exception cref="LocalMySqlServerException">There is no apt, or its sources name no mirror of Debian.</exception>
    public static async Task<string> FindMirrorAsync(string work, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("RDS_IAM_DEBIAN_MIRROR") is { Length: > 0 } given) return given;
        // What an update would fetch: unlike "apt-get indextargets", this needs no lists to be there.
        var update = await RunAsync("apt-get", [.. StateIn(work), "--print-uris", "update"], cancellationToken).ConfigureAwait(false);
        return FindDebianMirror(update.Split('\n'))
            ?? throw UnpackedMySql.Cannot("its apt sources name no Debian mirror; set RDS_IAM_DEBIAN_MIRROR to one");
    }

    /// <summary>
    /// The mirror in what <c>apt-get --print-uris update</c> prints: <c>'http://mirror/debian/dists/bookworm/InRelease' …</c>.
    /// </summary>
    internal static string? FindDebianMirror(IEnumerable<string> uris) =>
        uris.Select(static line => MirrorPattern().Match(line)).FirstOrDefault(static match => match.Success)?.Groups["mirror"].Value;

    /// <summary>Fetches packages with all that they depend on.</summary>
    /// <returns>The archives.</returns>
    public static async Task<IReadOnlyList<string>> DownloadAsync(
        string mirror, string work, IReadOnlyList<string> packages, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var keyring = ((string[])["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"])
            .FirstOrDefault(File.Exists);
        var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        await File.WriteAllTextAsync(
            Path.Combine(work, "sources.list"),
            $"deb {(keyring is null ? "" : $"[signed-by={keyring}] ")}{mirror} sid main\n",
            cancellationToken).ConfigureAwait(false);
        // An idea of its own of what is installed: nothing, and perl, which only helper scripts need.
        await File.WriteAllTextAsync(
            Path.Combine(work, "status"),
            $"""
            Package: perl
            Status: install ok installed
            Architecture: {architecture}
            Multi-Arch: allowed
            Version: 99:1
            Maintainer: none <none@localhost>
            Description: not needed to run mysqld


            """.ReplaceLineEndings("\n"),
            cancellationToken).ConfigureAwait(false);

        string[] apt =
        [
            .. StateIn(work),
            "-qq", "-o", $"Dir::Etc::sourcelist={work}/sources.list", "-o", "Dir::Etc::sourceparts=/dev/null",
            "-o", $"Dir::State::status={work}/status", "-o", $"Dir::Cache={work}/cache", "-o", "Acquire::Languages=none",
            // unstable's lists may be older than their own date says on a mirror that stands still.
            "-o", "Acquire::Check-Valid-Until=false", "-o", "APT::Install-Recommends=false",
        ];
        progress?.Report("step 1 of 3: reading the package lists of Debian's unstable suite (about 10 MB)");
        await RunAsync("apt-get", [.. apt, "update"], cancellationToken).ConfigureAwait(false);
        string[] install = [.. apt, "-y", "--download-only", "install", .. packages];
        var (count, bytes) = SizeOf(await RunAsync("apt-get", ["--print-uris", .. install], cancellationToken).ConfigureAwait(false));
        progress?.Report(string.Create(CultureInfo.InvariantCulture, $"step 2 of 3: downloading {count} packages, {bytes / 1e6:0} MB"));
        await RunAsync("apt-get", install, cancellationToken).ConfigureAwait(false);
        return [.. Directory.EnumerateFiles(Path.Combine(work, "cache", "archives"), "*.deb").Order(StringComparer.Ordinal)];
    }

    /// <summary>Unpacks an archive.</summary>
    public static Task UnpackAsync(string archive, string root, CancellationToken cancellationToken) =>
        RunAsync("dpkg-deb", ["-x", archive, root], cancellationToken);

    /// <summary>How much an installation would fetch, from lines of <c>'uri' file size checksum</c>.</summary>
    internal static (int Count, long Bytes) SizeOf(string uris)
    {
        long[] sizes =
        [
            .. ArchivePattern().Matches(uris).Select(static match => long.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture)),
        ];
        return (sizes.Length, sizes.Sum());
    }

    private static string[] StateIn(string work)
    {
        foreach (var folder in (string[])["lists/partial", "cache/archives/partial"]) Directory.CreateDirectory(Path.Combine(work, folder));
        return
        [
            "-o", $"Dir::State={work}", "-o", $"Dir::State::lists={work}/lists", "-o", "APT::Sandbox::User=", "-o", "Debug::NoLocking=1",
            // The descriptions that software centres show are as large as the lists themselves.
            "-o", "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        ];
    }

    private static async Task<string> RunAsync(string file, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        Process process;
        try { process = Process.Start(start)!; }
        catch (Win32Exception e) { throw UnpackedMySql.Cannot($"{file} was not found, so it is not a Debian-like machine", e); }
        using (process)
        {
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
                var errors = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
                await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
                return process.ExitCode == 0
                    ? await output.ConfigureAwait(false)
                    : throw UnpackedMySql.Cannot($"{file} ended with {process.ExitCode}: {errors.Trim().ReplaceLineEndings(" ")}");
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }
        }
    }

    [GeneratedRegex(@"^'(?<mirror>[\w+]+://[^']*/debian(\.list)?)/dists/")]
    private static partial Regex MirrorPattern();

    [GeneratedRegex(@"^'[^']+\.deb' \S+ (?<size>\d+)", RegexOptions.Multiline)]
    private static partial Regex ArchivePattern();
}
