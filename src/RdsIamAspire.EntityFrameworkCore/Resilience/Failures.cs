using MySqlConnector;

namespace RdsIamAspire.EntityFrameworkCore.Resilience;

/// <summary>What an error of the server or driver means for another try.</summary>
internal enum Failure
{
    /// <summary>Whatever Pomelo makes of it.</summary>
    Other,

    /// <summary>The login was refused.</summary>
    Denied,

    /// <summary>No token could be made: another try would fail alike.</summary>
    NoToken,

    /// <summary>The server changes its part in the cluster.</summary>
    Failover,
}

/// <summary>Tells failures apart. Pure.</summary>
internal static class Failures
{
    private const int ReadOnlyMode = 1836; // ER_READ_ONLY_MODE
    private const int ServerShutdown = 1053; // ER_SERVER_SHUTDOWN

    /// <summary>The kind of an error.</summary>
    /// <remarks>
    /// After a failover the old writer answers as a reader (1290 with --read-only, 1836) or shuts down (1053): MySQL, "Server Error
    /// Message Reference".
    /// </remarks>
    public static Failure Of(MySqlException error) => error switch
    {
        _ when HasNoToken(error) => Failure.NoToken,
        { ErrorCode: MySqlErrorCode.AccessDenied } => Failure.Denied,
        { ErrorCode: MySqlErrorCode.OptionPreventsStatement } when error.Message.Contains("read-only", StringComparison.OrdinalIgnoreCase)
            || error.Message.Contains("read_only", StringComparison.OrdinalIgnoreCase) => Failure.Failover,
        { Number: ReadOnlyMode or ServerShutdown } => Failure.Failover,
        _ => Failure.Other,
    };

    // The driver has it as it is where it asks for the password, and inside an error of the connection where it gave the login up.
    private static bool HasNoToken(Exception error)
    {
        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is RdsAuthTokenException)
                return true;
        }

        return false;
    }
}
