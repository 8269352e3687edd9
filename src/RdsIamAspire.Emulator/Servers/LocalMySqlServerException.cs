namespace RdsIamAspire.Emulator;

/// <summary>A local MySQL server cannot be had; the message says why and what to do.</summary>
public sealed class LocalMySqlServerException : Exception
{
    internal LocalMySqlServerException(LocalMySqlServerProblem problem, string message, Exception? innerException = null)
        : base(message, innerException) => Problem = problem;

    /// <summary>What went wrong.</summary>
    public LocalMySqlServerProblem Problem { get; }
}

/// <summary>Why a local MySQL server cannot be had.</summary>
public enum LocalMySqlServerProblem
{
    /// <summary>There is neither a Docker engine nor a mysqld.</summary>
    NoServerFound,

    /// <summary>Docker was asked for and no engine answers.</summary>
    NoDocker,

    /// <summary>The image is neither here nor can it be pulled.</summary>
    ImageMissing,

    /// <summary>A mysqld was asked for and there is none.</summary>
    NoMysqld,

    /// <summary>The server is not MySQL 8.0 or later.</summary>
    UnsupportedVersion,

    /// <summary>There is no authentication plugin for the server's architecture.</summary>
    UnsupportedArchitecture,

    /// <summary>Something else listens on the port that was asked for.</summary>
    PortInUse,

    /// <summary>The server ended while it was starting.</summary>
    StartFailed,

    /// <summary>The server did not answer a login in time.</summary>
    StartTimeout,

    /// <summary>A real MySQL cannot be unpacked on this machine.</summary>
    CannotUnpack,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The folder or volume that keeps the data is in use, or holds something else.</summary>
    DataUnusable,
}
