namespace RdsIamAspire.Emulator;

/// <summary>A step of a start that may take long.</summary>
public enum LocalMySqlServerStep
{
    /// <summary>The server to start is chosen.</summary>
    Starting,

    /// <summary>An image is pulled; a message comes for every change worth a line.</summary>
    Pulling,

    /// <summary>A data directory is initialised, once on a machine.</summary>
    Initializing,

    /// <summary>The first try failed; the data directory is made anew and the start tried once more.</summary>
    Rebuilding,

    /// <summary>The server answers logins.</summary>
    Listening,

    /// <summary>The emulator is attached: tokens are judged.</summary>
    Attaching,

    /// <summary>An init script runs.</summary>
    RunningScript,

    /// <summary>A mysqld is unpacked from the machine's own packages, once on a machine.</summary>
    Unpacking,
}

/// <summary>How far a start has come.</summary>
/// <param name="Step">The step that begins, or is done where its name says so.</param>
/// <param name="Message">One line for people.</param>
public sealed record LocalMySqlServerProgress(LocalMySqlServerStep Step, string Message);
