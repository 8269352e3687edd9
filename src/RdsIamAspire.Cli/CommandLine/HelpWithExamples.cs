using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary>The help that System.CommandLine writes, with the examples and exit codes of a <see cref="ToolCommand"/> below it.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not ToolCommand command)
            return ExitCode.Success;

        var output = parseResult.InvocationConfiguration.Output;
        if (command.Examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (var line in command.Examples)
                output.WriteLine(line.StartsWith('#') ? $"  {line}" : $"  rds-iam {line}");
            output.WriteLine();
        }

        if (command.ExitCodes.Count > 0)
        {
            output.WriteLine("Exit codes:");
            foreach (var line in command.ExitCodes)
                output.WriteLine($"  {line}");
            output.WriteLine();
        }

        return ExitCode.Success;
    }
}
