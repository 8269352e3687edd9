using System.Diagnostics;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tests;

/// <summary>Standard streams that are closed, or full, when the tool begins.</summary>
public sealed class ClosedStreamsTests
{
    private static readonly string[] Token =
        ["token", "--host", "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", "--user", "orders app"];

    public static TheoryData<string> Commands => [.. RdsIamTool.CreateRoot().Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Each_command_ends_as_it_would_where_stderr_is_closed(string command)
    {
        var result = await RunAsync("2>&-", command, "--no-such-option");
        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Text));
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("<&- 2>&-")]
    public async Task The_list_of_commands_that_nobody_can_read_is_no_fault(string streams)
    {
        var result = await RunAsync(streams);
        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Text));
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("<&- 2>&-")]
    [InlineData("2>/dev/full")]
    public async Task A_result_is_written_where_stderr_or_stdin_is_closed(string streams)
    {
        var result = await RunAsync(streams, Token);
        Assert.Equal(ExitCode.Success, result.Code);
        Assert.Equal("orders app", RdsAuthToken.Parse(result.Text.Trim()).User);
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("<&- >&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData(">/dev/full 2>&-")]
    public async Task A_result_that_goes_nowhere_is_no_success(string streams)
    {
        var result = await RunAsync(streams, Token);
        Assert.Equal(ExitCode.Missing, result.Code);
    }

    [Theory]
    [InlineData("<&-")]
    [InlineData("<&- 2>&-")]
    public async Task A_closed_stdin_is_at_its_end(string streams)
    {
        var result = await RunAsync(streams, "explain");
        Assert.Equal((ExitCode.Problem, ""), (result.Code, result.Text));
    }

    /// <summary>What a shell with these redirections gets from stdout, and the exit code.</summary>
    private static async Task<(int Code, string Text)> RunAsync(string streams, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what was closed is found out on Linux");
        var start = new ProcessStartInfo("sh", ["-c", $"exec \"$@\" {streams}", "sh", "dotnet",
            Path.Combine(AppContext.BaseDirectory, "rds-iam.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "not-a-secret";
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            process.StandardInput.Close();
            var text = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, text);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
