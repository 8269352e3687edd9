using System.Diagnostics;
using System.Runtime.InteropServices;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Agent;

/// <summary>The plugin in servers that are not this machine's own MySQL. eng/ci-setup.sh brings them and says where they are.</summary>
public sealed class OtherServersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rds-iam-other-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task MariaDB_refuses_the_plugin_says_why_in_one_sentence_and_goes_on()
    {
        var root = Environment.GetEnvironmentVariable("RDS_IAM_MARIADB");
        Assert.SkipWhen(root is null, "no MariaDB here (eng/ci-setup.sh unpacks one and sets RDS_IAM_MARIADB)");
        foreach (var folder in (string[])["data", "plugins"])
            _folder.CreateSubdirectory(folder);
        await File.WriteAllBytesAsync(
            Path.Combine(_folder.FullName, "plugins", EmulatorPlugin.FileName),
            EmulatorPlugin.GetLibrary(RuntimeInformation.OSArchitecture),
            Cancel);
        var start = new ProcessStartInfo(
            $"{root}/usr/sbin/mariadbd",
            [
                "--no-defaults", "--user=root", "--bootstrap", "--skip-grant-tables", $"--basedir={root}/usr",
                $"--lc-messages-dir={root}/usr/share/mysql", $"--datadir={_folder.FullName}/data", $"--tmpdir={_folder.FullName}",
                $"--plugin-dir={_folder.FullName}/plugins", "--innodb-buffer-pool-size=16M",
                // By itself MariaDB would not even look at a plugin that does not tell it how mature it is.
                "--plugin-maturity=unknown", "--plugin-load-add=aws_authentication_plugin",
            ])
        { RedirectStandardInput = true, RedirectStandardError = true };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("LD_LIBRARY_PATH", $"{root}/usr/lib/{Triplet}"), ("LC_ALL", "C")])
            start.Environment[name] = value;

        using var server = Process.Start(start)!;
        var said = server.StandardError.ReadToEndAsync(Cancel);
        server.StandardInput.Close();
        await server.WaitForExitAsync(Cancel);

        Assert.True(server.ExitCode == 0, await said);
        Assert.Single((await said).Split('\n'), static line => line.StartsWith("[AWSAuthenticationPlugin]", StringComparison.Ordinal));
        Assert.Matches(@"not loaded: this is MariaDB \([^)]+\), and AWSAuthenticationPlugin needs MySQL 8\.0 or later", await said);
    }

    /// <summary>The data directory comes from this machine's own mysqld: initialising under qemu takes minutes.</summary>
    [Fact]
    public async Task A_token_logs_in_to_an_arm64_server()
    {
        var root = Environment.GetEnvironmentVariable("RDS_IAM_ARM64_MYSQL");
        Assert.SkipWhen(root is null, "no arm64 MySQL here (eng/ci-setup.sh unpacks one and sets RDS_IAM_ARM64_MYSQL)");
        var options = new LocalMySqlServerOptions
        {
            Kind = LocalMySqlServerKind.Mysqld,
            DataVolume = Path.Combine(_folder.FullName, "kept"),
            StartTimeout = TimeSpan.FromMinutes(5),
        };
        await using (var native = await TestServer.StartAsync(options, Cancel))
            await TestServer.ExecuteAsync(native, "CREATE DATABASE orders", Cancel);

        var libraries = $"{root}/usr/lib/aarch64-linux-gnu";
        var mysqld = $"{root}/usr/sbin/mysqld";
        var binary = new MysqldBinary(
            mysqld,
            ["qemu-aarch64", $"{libraries}/ld-linux-aarch64.so.1", "--library-path", libraries, mysqld],
            [$"--basedir={root}/usr", $"--lc-messages-dir={root}/usr/share/mysql", $"--character-sets-dir={root}/usr/share/mysql/charsets"],
            $"{root}/usr/lib/mysql/plugin",
            "Ver 9.7.4 for Linux on aarch64")
        { Architecture = Architecture.Arm64 };
        var server = await MysqldServer.StartAsync(binary, options, Cancel);
        await using var rds = await LocalRds.AttachAsync(
            server, new LocalRdsOptions { Server = options, Database = "orders", IamUsers = { "orders_app" } }, beforeScripts: null, Cancel);
        var connection = new MySqlConnectionStringBuilder(rds.GetConnectionString())
        {
            Password = await rds.Emulator.CreateTokenAsync("orders_app", cancellationToken: Cancel),
            ConnectionTimeout = 60,
        };

        Assert.Equal("aarch64", await TestServer.ScalarAsync(connection.ConnectionString, "SELECT @@version_compile_machine", Cancel));
        connection.Password = "not-a-token";
        var refused = await Assert.ThrowsAsync<MySqlException>(
            () => TestServer.ScalarAsync(connection.ConnectionString, "SELECT 1", Cancel));
        Assert.Equal(MySqlErrorCode.AccessDenied, refused.ErrorCode);
    }

    private static string Triplet =>
        RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
}
