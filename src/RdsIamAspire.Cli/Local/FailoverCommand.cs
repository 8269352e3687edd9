using System.CommandLine;
using System.Globalization;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Local;

/// <summary><c>rds-iam failover</c>: makes the reader of a running <c>rds-iam local --reader</c> its writer.</summary>
internal sealed class FailoverCommand : ToolCommand
{
    private readonly Option<int?> _process = new("--pid")
    {
        Description = $"The process of rds-iam local [default: {ProcessVariable}, which it sets for COMMAND]",
        HelpName = "PID",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON: the process that was asked" };

    public const string ProcessVariable = "RDS_IAM_LOCAL_PID";

    public FailoverCommand()
        : base("failover", "Make the reader of a running 'rds-iam local --reader' the writer, as a failover of Aurora does: open sessions"
        + " of the writer end, and what was committed is all there. The other process says when it is done.")
    {
        Options.Add(_process);
        Options.Add(_json);
        Examples = ["failover", "failover --pid 12345"];
        ExitCodes = ["0  asked for", "2  there is no such process"];
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        if (OperatingSystem.IsWindows())
            throw ToolException.Usage("failover asks by a signal, which Windows has not; call LocalAurora.FailoverAsync in a test");
        var told = Environment.GetEnvironmentVariable(ProcessVariable);
        var process = parsed.GetValue(_process)
            ?? (int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw ToolException.Usage($"failover needs --pid, or the environment of 'rds-iam local' ({ProcessVariable})"));
        if (!IsTool(process) || !Signals.AskForFailover(process))
            throw ToolException.Usage($"--pid {process} is no running rds-iam; start one: rds-iam local --reader");
        if (parsed.GetValue(_json))
            Terminal.WriteJson(new { Process = process });
        else
            Terminal.Say("asked for a failover");
        return CommandLine.ExitCode.Success;
    }

    // Another program would be ended by the signal.
    private static bool IsTool(int process)
    {
        try
        {
            using var running = System.Diagnostics.Process.GetProcessById(process);
            return running.ProcessName.StartsWith("rds-iam", StringComparison.Ordinal) || running.ProcessName == "dotnet";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
