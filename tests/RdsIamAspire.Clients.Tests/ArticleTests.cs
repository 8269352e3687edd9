using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Clients.Tests;

/// <summary>The commands of AWS's own page, as they stand, from the master's login to the token's.</summary>
public sealed class ArticleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_commands_of_the_AWS_page_work_in_their_order()
    {
        var mysql = MySqlCommandLine.Find();
        if (mysql is null) Assert.Skip("the mysql command line is not here (rds-iam server prepare unpacks one)");
        await ClientProcess.SkipUnlessAsync(["aws", "--version"], "the AWS CLI is not here (apt-get install awscli)", Cancel);
        var master = new LocalRdsMasterUser("admin", Guid.NewGuid().ToString("N"));
        await using var rds = await TestServer.StartRdsAsync(options =>
        {
            options.Emulator.Region = "us-west-2";
            options.Database = "article";
            options.MasterUser = master;
        }, Cancel);
        await TestServer.ExecuteAsync(
            rds.Server,
            "CREATE TABLE article.orders (item varchar(20)); INSERT INTO article.orders VALUES ('tea')",
            Cancel);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            File.Copy(rds.CaCertificatePath, Path.Combine(folder.FullName, "global-bundle.pem"));
            // `mysql` is what the page types; an unpacked one is run through its own loader.
            var shim = Path.Combine(folder.FullName, "mysql");
            await File.WriteAllTextAsync(shim, $"#!/bin/sh\nexec {string.Join(' ', mysql!)} \"$@\"\n", Cancel);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var environment = new Dictionary<string, string>(rds.Emulator.GetAwsEnvironment())
            {
                ["PATH"] = $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}",
                ["RDSHOST"] = rds.Server.Host,
                ["RDSPORT"] = $"{rds.Server.Port}",
                ["MASTER"] = master.Name,
                ["MYSQL_PWD"] = master.Password,
            };

            var run = await ClientProcess.RunAsync(
                ["bash", Path.Combine(ClientProcess.Folder, "article", "commands.sh")],
                environment,
                folder: folder.FullName,
                cancellationToken: Cancel);

            Assert.True(run.ExitCode == 0, run.Errors);
            Assert.Contains("GRANT SELECT ON `article`.* TO `jane_doe`@`%`", run.Output, StringComparison.Ordinal);
            Assert.EndsWith("jane_doe@%\ttea", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
