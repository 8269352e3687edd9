using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Emulator;

/// <summary>A mysqld's data directory, initialised once per machine and copied for each server from then on.</summary>
internal static class InitializedDataDirectory
{
    private const string Complete = "complete";

    /// <summary>Copies the initialised directory to <paramref name="target"/>, which must not exist; makes it first where it is missing or damaged.</summary>
    public static async Task CopyAsync(MysqldBinary binary, IReadOnlyList<string> serverArguments, string target, bool rebuild, ILogger logger, CancellationToken cancellationToken)
    {
        var templates = CacheFolder.Open("data");
        var file = new FileInfo(binary.Path);
        var template = Path.Combine(templates, CacheFolder.Key(["1", binary.Path, binary.VersionText, file.LastWriteTimeUtc.ToString("O"), .. InitializeArguments(serverArguments)]));

        // One process makes it, the others wait for that; a copy is taken under the lock too, so that nobody copies from what is being replaced.
        using var _ = await FileLock.TakeAsync(template + ".lock", cancellationToken).ConfigureAwait(false);
        if (rebuild || !IsComplete(template))
        {
            logger.Initializing(binary.VersionText);
            await MakeAsync(binary, serverArguments, template, cancellationToken).ConfigureAwait(false);
        }

        Copy(Path.Combine(template, "data"), target);
    }

    // Only what shapes a data directory counts when it is made.
    private static IEnumerable<string> InitializeArguments(IReadOnlyList<string> serverArguments) =>
        serverArguments.Where(argument => argument.Replace('_', '-') is var name &&
            (name.StartsWith("--lower-case-table-names", StringComparison.Ordinal) || name.StartsWith("--innodb-page-size", StringComparison.Ordinal)
                || name.StartsWith("--innodb-data-file-path", StringComparison.Ordinal)));

    private static async Task MakeAsync(MysqldBinary binary, IReadOnlyList<string> serverArguments, string template, CancellationToken cancellationToken)
    {
        if (Directory.Exists(template)) Directory.Delete(template, recursive: true);
        PrivateFile.CreateFolder(template);
        var data = Path.Combine(template, "data");
        var arguments = MysqldArguments.Initialize(data, InitializeArguments(serverArguments));
        var start = new ProcessStartInfo(binary.Command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[.. binary.Command.Skip(1), "--no-defaults", .. binary.BaseArguments, .. RootArguments, .. arguments]) start.ArgumentList.Add(argument);

        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw new LocalMySqlServerException(LocalMySqlServerProblem.StartFailed, $"{binary.Path} --initialize-insecure ended with {process.ExitCode}:{Environment.NewLine}{errors.Trim()}");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }

        // Certificates come from the emulator's authority, and each copy needs an identity of its own.
        foreach (var file in Directory.EnumerateFiles(data, "*.pem").Append(Path.Combine(data, "auto.cnf")).ToList())
            if (Path.GetFileName(file) is not ("private_key.pem" or "public_key.pem")) File.Delete(file);
        File.WriteAllText(Path.Combine(template, Complete), Manifest(data));
    }

    /// <summary>mysqld refuses to run as root unless told to.</summary>
    public static IReadOnlyList<string> RootArguments => Environment.IsPrivilegedProcess ? ["--user=root"] : [];

    private static bool IsComplete(string template)
    {
        var marker = Path.Combine(template, Complete);
        var data = Path.Combine(template, "data");
        try { return File.Exists(marker) && Directory.Exists(data) && File.ReadAllText(marker) == Manifest(data); }
        catch (IOException) { return false; }
    }

    // A copy whose files are all there with their sizes; a torn write inside one shows when mysqld starts, and then the directory is made anew.
    private static string Manifest(string data) => string.Join('\n', new DirectoryInfo(data).EnumerateFiles("*", SearchOption.AllDirectories)
        .OrderBy(file => file.FullName, StringComparer.Ordinal)
        .Select(file => string.Create(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(data, file.FullName)} {file.Length}")));

    private static void Copy(string from, string to)
    {
        PrivateFile.CreateFolder(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories)) PrivateFile.CreateFolder(Path.Combine(to, Path.GetRelativePath(from, folder)));
        // File.Copy shares blocks where the file system can.
        Parallel.ForEach(Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories), file => File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file))));
    }
}
