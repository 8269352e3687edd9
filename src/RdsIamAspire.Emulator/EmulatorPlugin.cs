using System.Runtime.InteropServices;

namespace RdsIamAspire.Emulator;

/// <summary>
/// The server plugin's library: put it into a server's <c>plugin_dir</c> before <see cref="RdsIamEmulator.AttachAsync"/>; nothing else is
/// needed.
/// </summary>
public static class EmulatorPlugin
{
    /// <summary>The file's name in the server's plugin directory.</summary>
    public const string FileName = "aws_authentication_plugin.so";

    /// <summary>The library's bytes for a Linux server of the given architecture.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none: X64 and Arm64 are supported.</exception>
    public static byte[] GetLibrary(Architecture architecture)
    {
        var folder = architecture switch
        {
            Architecture.X64 => "linux-x64",
            Architecture.Arm64 => "linux-arm64",
            _ =>
                throw new PlatformNotSupportedException(
                    $"There is no {FileName} for {architecture}; servers on linux-x64 and linux-arm64 are supported."),
        };
        using var stream = typeof(EmulatorPlugin).Assembly.GetManifestResourceStream($"{folder}/{FileName}")
            ?? throw new PlatformNotSupportedException($"{FileName} for {folder} is missing from this build of RdsIamAspire.Emulator.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
