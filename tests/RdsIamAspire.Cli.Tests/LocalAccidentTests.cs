using System.Diagnostics;
using RdsIamAspire.Cli.Local;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary>What <c>rds-iam local</c> says and does when its server dies, or a script of the user's is wrong.</summary>
public sealed class LocalAccidentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_dies_is_said_and_started_again_and_one_that_is_gone_ends_the_program()
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, Cancel);
        string[] program = ["sh", "-c", "echo ca=$ORDERS_CACERTIFICATEPATH; exec sleep 300"];
        await using var tool = Tool.Start(["local", "--name", "orders", "--server", "mysqld", "--", .. program]);
        await tool.UntilAsync("ca.pem");
        var folder = Path.GetDirectoryName(tool.Output.Split("ca=")[1].Trim())!;

        Kill([(await File.ReadAllTextAsync(Path.Combine(folder, "mysqld.pid"), Cancel)).Trim()]);
        await tool.UntilAsync(" answers again on 127.0.0.1:");
        Assert.Contains(
            " died (killed by signal 9: by somebody, or by the system when memory ran out); it is being started again on the same data.",
            tool.Error,
            StringComparison.Ordinal);

        Kill(ScriptsOf(folder));
        var ended = await tool.EndAsync();
        Assert.Equal(125, ended.ExitCode);
        Assert.EndsWith(" and does not come back; start another one. Its data is lost.", ended.Said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task COMMAND_ends_with_a_tool_that_is_killed()
    {
        await TestServer.SkipUnlessUsableAsync(new(), Cancel);
        await using var tool = Tool.Start(["local", "--name", "orders", "--", "sh", "-c", "echo program=$$; exec sleep 300"]);
        var program = (await tool.UntilAsync("program=")).Split("program=")[1].Split('\n')[0];
        Assert.True(IsRunning(program));

        tool.Signal("KILL");

        await TestServer.EventuallyAsync(() => Task.FromResult(!IsRunning(program)), "COMMAND ends", Cancel);
    }

    [Fact]
    public async Task COMMAND_ends_with_a_tool_that_is_killed_before_it_could_say_which_process_it_is()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("COMMAND is found in /proc, which Linux has");
        var mark = $"RDS_IAM_RUN={Guid.NewGuid():N}";
        var start = new ProcessStartInfo("sleep", ["300"]);
        start.Environment["RDS_IAM_RUN"] = mark.Split('=')[1];
        using var command = Process.Start(start)!;
        string[] arguments = ["-c", ChildWatch.Script.ReplaceLineEndings("\n"), "rds-iam", "", mark];
        using var watch = Process.Start(new ProcessStartInfo("/bin/sh", arguments) { RedirectStandardInput = true })!;

        watch.StandardInput.Close();

        await command.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(2), Cancel);
        await watch.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(2), Cancel);
    }

    [Fact]
    public async Task An_error_in_a_script_is_the_users_and_has_file_line_and_statement()
    {
        await TestServer.SkipUnlessUsableAsync(new(), Cancel);
        var script = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.sql");
        await File.WriteAllTextAsync(script, "CREATE TABLE good (id int);\nINSERT INTO nowhere VALUES (1);\n", Cancel);
        try
        {
            var failed = await Tool.RunAsync("local", "--name", "orders", "--init", script, "--", "true");

            Assert.Equal(125, failed.ExitCode);
            Assert.Equal(
                $"{script}:2: Table 'orders.nowhere' doesn't exist (1146) in: INSERT INTO nowhere VALUES (1)", failed.Said[^1]);
        }
        finally
        {
            File.Delete(script);
        }
    }

    // Where nobody reaps what has lost its parent, it stays as a zombie.
    private static bool IsRunning(string process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].StartsWith(" Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IEnumerable<string> ScriptsOf(string folder) => Directory.EnumerateDirectories("/proc")
        .Select(process => Path.GetFileName(process))
        .Where(process => char.IsAsciiDigit(process[0]))
        .Where(process =>
        {
            try
            {
                var line = File.ReadAllText($"/proc/{process}/cmdline");
                return line.StartsWith("/bin/sh\0", StringComparison.Ordinal) && line.Contains(folder, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        });

    private static void Kill(IEnumerable<string> processes)
    {
        using var kill = Process.Start("kill", ["-KILL", .. processes]);
        kill.WaitForExit();
    }
}
