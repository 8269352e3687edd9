using System.CommandLine;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary>A command whose help ends with examples and, where they say more than 0 and not 0, its exit codes.</summary>
internal abstract class ToolCommand(string name, string description) : Command(name, description)
{
    /// <summary>
    /// Command lines that work as they stand, without the leading <c>rds-iam</c>; a line beginning with # says what follows.
    /// </summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Whether it ends with a program's own exit code, so that its own failures need codes apart.</summary>
    public virtual bool RunsAProgram => false;

    /// <summary>Exit codes beside 0 for done, 2 for a wrong command line and 3 for something missing.</summary>
    public IReadOnlyList<string> ExitCodes { get; init; } = [];
}
