using System.Runtime.InteropServices;

namespace RdsIamAspire.Cli.Local;

/// <summary>
/// SIGPIPE, which .NET ignores and a child inherits: <c>yes | head -1</c> would say "Broken pipe" and go on. While this is in force it has
/// its default
/// effect, so that a program started meanwhile ends as under a shell.
/// </summary>
internal sealed partial class BrokenPipes : IDisposable
{
    private const int SigPipe = 13;
    private const nint Default = 0; // SIG_DFL

    private readonly nint _before;

    private BrokenPipes() => _before = OperatingSystem.IsWindows() ? Default : SetSignal(SigPipe, Default);

    public static BrokenPipes EndAProgram() => new();

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
            _ = SetSignal(SigPipe, _before);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetSignal(int signal, nint handler);
}
