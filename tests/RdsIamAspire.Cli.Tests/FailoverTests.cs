using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Cli.Tests;

/// <summary><c>rds-iam local --reader</c> and <c>rds-iam failover</c>, as a user runs them.</summary>
public sealed class FailoverTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_is_told_of_writer_and_reader_and_a_failover_is_one_command()
    {
        await TestServer.SkipUnlessUsableAsync(new() { Kind = LocalMySqlServerKind.Mysqld }, Cancel);
        string[] program = ["sh", "-c", "echo $ORDERS_PORT $ORDERS_RO_PORT pid=$RDS_IAM_LOCAL_PID.; exec sleep 300"];
        await using var tool = Tool.Start(["local", "--name", "orders", "--reader", "--server", "mysqld", "--", .. program]);
        await tool.UntilAsync("pid=");
        Assert.Matches(@"^\d+ \d+ pid=\d+\.", tool.Output.Trim());
        var process = tool.Output.Split("pid=")[1].Split('.')[0];

        var asked = await Tool.RunAsync("failover", "--pid", process);

        Assert.Equal((0, "asked for a failover"), (asked.ExitCode, asked.Said[^1]));
        await tool.UntilAsync("failover: instance-2 is the writer now, after ");
        Assert.Contains(" sessions of instance-1 were ended", tool.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("failover needs --pid, or the environment of 'rds-iam local' (RDS_IAM_LOCAL_PID)", "failover")]
    [InlineData("--pid 1 is no running rds-iam; start one: rds-iam local --reader", "failover", "--pid", "1")]
    [InlineData("--data does not go with --reader: the data of a local Aurora is gone when it ends", "local", "--reader", "--data", "x")]
    public async Task What_cannot_be_is_said(string said, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals");
        var refused = await Tool.RunAsync(arguments, environment: new Dictionary<string, string?> { ["RDS_IAM_LOCAL_PID"] = null });

        Assert.Equal((2, said), (refused.ExitCode, refused.Said[^1]));
    }
}
