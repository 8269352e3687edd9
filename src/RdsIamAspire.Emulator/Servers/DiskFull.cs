namespace RdsIamAspire.Emulator;

/// <summary>A disk without room, told from every other way in which a file cannot be written.</summary>
internal static class DiskFull
{
    // ENOSPC and EDQUOT (errno(3)), ERROR_DISK_FULL (System Error Codes, Windows).
    private static readonly int[] Codes = [28, 122, unchecked((int)0x80070070)];

    // What mysqld, cp and Docker's engine write (ER_DISK_FULL in the MySQL Error Message Reference).
    private static readonly string[] Texts = ["No space left on device", "Disk is full", "Disk quota exceeded", "OS errno 28"];

    public static bool Is(Exception exception) => exception switch
    {
        AggregateException many => many.InnerExceptions.Any(Is),
        IOException io => Codes.Contains(io.HResult),
        _ => false,
    };

    public static bool IsSaidIn(string log) => Array.Exists(Texts, text => log.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <param name="where">The folder, volume or image that has no room.</param>
    /// <param name="cause">What was thrown, if anything was.</param>
    public static LocalMySqlServerException At(string where, Exception? cause = null) => new(
        LocalMySqlServerProblem.DiskFull,
        $"The disk that holds {where} is full; a server needs about 200 MB there. Free some space and start again, or use another disk"
        + " (XDG_CACHE_HOME moves this tool's own files). Nothing half-made was left behind.",
        cause);
}
