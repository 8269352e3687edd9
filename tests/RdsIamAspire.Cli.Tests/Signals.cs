namespace RdsIamAspire.Cli.Tests;

/// <summary>Which signals the programs that a test starts would hear.</summary>
internal static class Signals
{
    /// <summary>Skips the test where the signal is heard by nobody.</summary>
    public static void SkipUnlessHeard(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals on Windows");
        Assert.SkipWhen(signal == "INT" && IgnoresInterrupt(), "SIGINT is ignored in background jobs, and these tests run in one");
    }

    // A shell starts a background job with SIGINT ignored, and every program under it inherits that.
    private static bool IgnoresInterrupt() =>
        OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored
        && (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & 0b10) != 0;
}
