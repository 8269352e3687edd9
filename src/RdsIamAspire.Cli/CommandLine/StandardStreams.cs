using System.Runtime.InteropServices;
using System.Text;

namespace RdsIamAspire.Cli.CommandLine;

/// <summary>
/// Standard streams that were closed when the process began (<c>2>&amp;-</c>, some service managers). The runtime then opens pipes of its
/// own under their numbers: what is written to stderr ends among them and aborts the process, a token is written to nobody with exit code
/// 0, stdin is read for ever, and a program that is run inherits none.
/// </summary>
internal static partial class StandardStreams
{
    private const string Self = "/proc/self/exe";

    /// <summary>
    /// Where one was closed, begins this process again, in its place, with each of them open: stdin at its end, stdout so that writing a
    /// result fails and is told, stderr to nowhere. On Linux only; where that fails the command goes on without them.
    /// </summary>
    public static void Open()
    {
        if (!OperatingSystem.IsLinux() || !(WasClosed(0) || WasClosed(1) || WasClosed(2)) || Arguments() is not { } arguments)
            return;
        for (var descriptor = 0; descriptor <= 2; descriptor++)
        {
            if (!WasClosed(descriptor))
                continue;
            var nothing = FileDescriptor.Open("/dev/null", descriptor == 2 ? FileDescriptor.WriteOnly : FileDescriptor.ReadOnly);
            if (nothing < 0 || (nothing != descriptor && FileDescriptor.Duplicate(nothing, descriptor) < 0))
                return;
            if (nothing > 2)
                _ = FileDescriptor.Close(nothing);
        }

        Execute(arguments);
    }

    // What the shell handed over came through an exec, which closes whatever has this flag; what the runtime opens has it.
    private static bool WasClosed(int descriptor) => !FileDescriptor.IsInherited(descriptor);

    // As the kernel has them, with the name of the dll that `dotnet rds-iam.dll` has before its own.
    private static byte[][]? Arguments()
    {
        try
        {
            var line = File.ReadAllBytes("/proc/self/cmdline");
            return [.. Split(line)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        static IEnumerable<byte[]> Split(byte[] line)
        {
            for (var from = 0; from < line.Length;)
            {
                var end = Array.IndexOf(line, (byte)0, from);
                end = end < 0 ? line.Length : end;
                yield return [.. line[from..end], 0];
                from = end + 1;
            }
        }
    }

    private static unsafe void Execute(byte[][] arguments)
    {
        var pinned = Array.ConvertAll(arguments, argument => GCHandle.Alloc(argument, GCHandleType.Pinned));
        var vector = stackalloc byte*[arguments.Length + 1];
        for (var i = 0; i < pinned.Length; i++)
            vector[i] = (byte*)pinned[i].AddrOfPinnedObject();
        vector[arguments.Length] = null;
        fixed (byte* self = Encoding.UTF8.GetBytes(Self + '\0'))
            _ = Execute(self, vector);
        foreach (var handle in pinned)
            handle.Free();
    }

    [LibraryImport("libc", EntryPoint = "execv")]
    private static unsafe partial int Execute(byte* path, byte** arguments);
}
