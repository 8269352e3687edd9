namespace RdsIamAspire.Cli.CommandLine;

/// <summary>Ends a command with one line for the user: what was wrong, with which value, and what to do. Never holds a secret.</summary>
internal sealed class ToolException(int exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>One of <see cref="CommandLine.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The command line is wrong.</summary>
    public static ToolException Usage(string message) => new(CommandLine.ExitCode.Usage, message);

    /// <summary>Something the command needs is missing.</summary>
    public static ToolException Missing(
        string message,
        Exception? innerException = null) => new(CommandLine.ExitCode.Missing, message, innerException);
}
