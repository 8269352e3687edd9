using System.Runtime.InteropServices;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary>What POSIX does with file descriptors and .NET does not: open(2), dup2(2), close(2), fcntl(2). -1 is a failure.</summary>
internal static partial class FileDescriptor
{
    /// <summary>O_RDONLY and O_WRONLY, which are the same wherever .NET runs.</summary>
    public const int ReadOnly = 0, WriteOnly = 1;

    private const int GetFlags = 1; // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC

    /// <summary>Whether it is open, and goes on to a program that this process becomes.</summary>
    public static bool IsInherited(int descriptor) => Control(descriptor, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2")]
    public static partial int Duplicate(int from, int to);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command);
}
