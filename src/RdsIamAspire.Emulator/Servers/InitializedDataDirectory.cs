using System.Diagnostics;
using System.Globalization;

namespace RdsIamAspire.Emulator;

/// <summary>A mysqld's data directory, initialised once per machine and copied for each server from then on.</summary>
internal static class InitializedDataDirectory
{
    private const string Complete = "complete";
    private const string Making = ".making-";

    // A mysqld that waits for room on a full disk does so for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>mysqld refuses to run as root unless told to.</summary>
    public static IReadOnlyList<string> RootArguments => Environment.IsPrivilegedProcess ? ["--user=root"] : [];

    /// <summary>
    /// Copies the initialised directory to <paramref name="target"/>, which must not exist; makes it first where it is missing or damaged.
    /// </summary>
    /// <exception cref="LocalMySqlServerException">It cannot be made: the disk is full, or mysqld failed.</exception>
    public static async Task CopyAsync(
        MysqldBinary binary,
        IReadOnlyList<string> serverArguments,
        string target,
        bool rebuild,
        ServerLog log,
        CancellationToken cancellationToken)
    {
        var templates = CacheFolder.Open("data");
        var file = new FileInfo(binary.Path);
        string[] key =
            ["1", binary.Path, binary.VersionText, file.LastWriteTimeUtc.ToString("O"), .. InitializeArguments(serverArguments)];
        var template = Path.Combine(templates, CacheFolder.Key(key));

        // One process makes it, the others wait for that; a copy is taken under the lock too, so that nobody copies from what is replaced.
        using var _ = await FileLock.TakeAsync(template + ".lock", cancellationToken).ConfigureAwait(false);
        RemoveHalfMade(template);
        if (rebuild || !IsComplete(template))
        {
            log.Initializing(binary.VersionText);
            await MakeAsync(binary, serverArguments, template, cancellationToken).ConfigureAwait(false);
        }

        Copy(Path.Combine(template, "data"), target);
    }

    // Only what shapes a data directory counts when it is made.
    private static IEnumerable<string> InitializeArguments(IReadOnlyList<string> serverArguments) =>
        serverArguments.Where(argument => argument.Replace('_', '-') is var name &&
            (name.StartsWith("--lower-case-table-names", StringComparison.Ordinal)
                || name.StartsWith("--innodb-page-size", StringComparison.Ordinal)
                || name.StartsWith("--innodb-data-file-path", StringComparison.Ordinal)));

    // Beside its place, under a name of its own: a mysqld that outlives this process for a moment writes where nobody else does.
    private static async Task MakeAsync(
        MysqldBinary binary, IReadOnlyList<string> serverArguments, string template, CancellationToken cancellationToken)
    {
        var making = $"{template}{Making}{Guid.NewGuid():N}";
        try
        {
            PrivateFile.CreateFolder(making);
            var data = Path.Combine(making, "data");
            await InitializeAsync(binary, MysqldArguments.Initialize(data, InitializeArguments(serverArguments)), making, cancellationToken)
                .ConfigureAwait(false);

            // Certificates come from the emulator's authority, and each copy needs an identity of its own.
            foreach (var file in Directory.EnumerateFiles(data, "*.pem").Append(Path.Combine(data, "auto.cnf")).ToList())
                if (Path.GetFileName(file) is not ("private_key.pem" or "public_key.pem")) File.Delete(file);
            await File.WriteAllTextAsync(Path.Combine(making, Complete), Manifest(data), cancellationToken).ConfigureAwait(false);
            Remove(template);
            Directory.Move(making, template);
        }
        finally
        {
            Remove(making);
        }
    }

    private static async Task InitializeAsync(
        MysqldBinary binary, IReadOnlyList<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] mysqld = [.. binary.Command, "--no-defaults", .. binary.BaseArguments, .. RootArguments, .. arguments];
        foreach (var argument in Supervisor.Command(mysqld))
            start.ArgumentList.Add(argument);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = await process.StandardError.ReadToEndAsync(patience.Token).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            if (process.ExitCode == 0)
                return;
            throw DiskFull.IsSaidIn(errors)
                ? DiskFull.At(folder)
                : new LocalMySqlServerException(
                    LocalMySqlServerProblem.StartFailed,
                    $"{binary.Path} --initialize-insecure did not succeed ({Supervisor.Describe(process.ExitCode)}):"
                    + $"{Environment.NewLine}{errors.Trim()}");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LocalMySqlServerException(
                LocalMySqlServerProblem.StartTimeout,
                $"{binary.Path} --initialize-insecure did not end within {Patience.TotalMinutes:0} minutes and was stopped.",
                e);
        }
        finally
        {
            // The end of its input ends mysqld, then the shell.
            if (!process.HasExited)
                await EndAsync(process).ConfigureAwait(false);
        }
    }

    private static async Task EndAsync(Process process)
    {
        try { process.StandardInput.Close(); } catch (IOException) { }
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try { await process.WaitForExitAsync(patience.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) { process.Kill(entireProcessTree: true); }
    }

    private static bool IsComplete(string template)
    {
        var marker = Path.Combine(template, Complete);
        var data = Path.Combine(template, "data");
        try { return File.Exists(marker) && Directory.Exists(data) && File.ReadAllText(marker) == Manifest(data); }
        catch (IOException) { return false; }
    }

    // A copy whose files are all there with their sizes; a torn write inside one shows when mysqld starts, and then it is made anew.
    private static string Manifest(string data) => string.Join('\n', new DirectoryInfo(data)
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .OrderBy(file => file.FullName, StringComparer.Ordinal)
        .Select(file => string.Create(CultureInfo.InvariantCulture, $"{Path.GetRelativePath(data, file.FullName)} {file.Length}")));

    private static void Copy(string from, string to)
    {
        PrivateFile.CreateFolder(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            PrivateFile.CreateFolder(Path.Combine(to, Path.GetRelativePath(from, folder)));
        // File.Copy shares blocks where the file system can.
        Parallel.ForEach(
            Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories),
            file => File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file))));
    }

    // What a process left that was killed while it made the template: whoever has the lock knows that nobody else is at it.
    private static void RemoveHalfMade(string template)
    {
        var folder = Path.GetDirectoryName(template)!;
        foreach (var left in Directory.EnumerateDirectories(folder, Path.GetFileName(template) + Making + "*"))
            Remove(left);
    }

    private static void Remove(string folder)
    {
        try { Directory.Delete(folder, recursive: true); }
        catch (DirectoryNotFoundException) { }
        catch (IOException) { } // a mysqld that is just ending writes there still; the next start removes it
    }
}
