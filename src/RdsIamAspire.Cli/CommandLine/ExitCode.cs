namespace RdsIamAspire.Cli.CommandLine;

/// <summary>What <c>rds-iam</c> ends with. docs/cli.md lists them; scripts rely on them.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The command ran, and what it looked at is not in order: a finding, a refused login, a token that is none.</summary>
    public const int Problem = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Something the command needs is missing: AWS credentials, a region, a file, a server, a network.</summary>
    public const int Missing = 3;

    /// <summary>A fault of rds-iam itself.</summary>
    public const int Internal = 4;

    /// <summary>As env, timeout and docker run have it: <c>local</c> itself failed, so COMMAND did not run.</summary>
    public const int LocalFailed = 125;

    /// <summary>COMMAND was found and could not be started.</summary>
    public const int CommandNotExecutable = 126;

    /// <summary>COMMAND was not found.</summary>
    public const int CommandNotFound = 127;

    /// <summary>Ended by SIGINT, as a shell says it.</summary>
    public const int Interrupted = 130;
}
