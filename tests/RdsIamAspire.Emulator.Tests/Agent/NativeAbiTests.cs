using System.Diagnostics;

namespace RdsIamAspire.Emulator.Tests.Agent;

/// <summary>
/// What the plugin takes for the server's ABI, held against MySQL's own public headers where this machine has some: its client package's
/// (libmysqlclient-dev), and the folders that RDS_IAM_MYSQL_HEADERS names (include/ of a source tree of 8.0, 8.4, 9.x), with colons
/// between; eng/mysql-headers.sh fetches those of the newest version.
/// </summary>
public sealed class NativeAbiTests
{
    private static readonly string Source = Path.Combine(AppContext.BaseDirectory, "native-source");

    [Fact]
    public async Task The_ABI_is_that_of_the_headers()
    {
        var folders = Headers().ToList();
        Assert.SkipWhen(folders.Count == 0, "no MySQL headers on this machine (libmysqlclient-dev, or RDS_IAM_MYSQL_HEADERS)");
        foreach (var folder in folders)
        {
            var (code, said) = await CompileAsync(folder, Source);
            Assert.True(code == 0, $"{folder}:\n{said}");
            TestContext.Current.SendDiagnosticMessage($"{folder}: {said}");
            // A source tree has them all: what is not looked at there would be nobody's notice.
            if (Directory.Exists(Path.Combine(folder, "mysql/components")))
                Assert.DoesNotContain("not checked", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_layout_that_differs_is_found()
    {
        var folder = Headers().FirstOrDefault();
        Assert.SkipWhen(folder is null, "no MySQL headers on this machine (libmysqlclient-dev, or RDS_IAM_MYSQL_HEADERS)");
        var other = Directory.CreateTempSubdirectory("rds-iam-abi-");
        try
        {
            File.Copy(Path.Combine(Source, "abi_check.cc"), Path.Combine(other.FullName, "abi_check.cc"));
            var abi = await File.ReadAllTextAsync(Path.Combine(Source, "mysql_abi.h"), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                Path.Combine(other.FullName, "mysql_abi.h"),
                abi.Replace("struct vio {", "struct vio { int one_more;", StringComparison.Ordinal),
                TestContext.Current.CancellationToken);

            var (code, said) = await CompileAsync(folder, other.FullName);

            Assert.NotEqual(0, code);
            Assert.Contains("MYSQL_PLUGIN_VIO.read_packet", said, StringComparison.Ordinal);
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Headers() =>
        (Environment.GetEnvironmentVariable("RDS_IAM_MYSQL_HEADERS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/include")
        .Where(folder => File.Exists(Path.Combine(folder, "mysql/plugin_auth_common.h"))
            // MariaDB's client package has a file of that name too.
            && !File.Exists(Path.Combine(folder, "mysql/mariadb_version.h")) && !Directory.Exists(Path.Combine(folder, "mariadb")));

    private static async Task<(int Code, string Said)> CompileAsync(string headers, string source)
    {
        string[] arguments =
        [
            "-std=c++20", "-fsyntax-only", "-I", headers, "-I", Path.Combine(headers, "mysql"), "-I", Path.Combine(headers, "../libs"),
            Path.Combine(source, "abi_check.cc"),
        ];
        Process process;
        try { process = Process.Start(new ProcessStartInfo("g++", arguments) { RedirectStandardError = true })!; }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("no g++ on this machine (apt-get install g++)");
            throw;
        }

        using (process)
        {
            var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, said);
        }
    }
}
