using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>
/// The runtime's thread that waits for the process's sockets. What has little to do when bytes come, as a relay, does it right there, and
/// so saves waking a second thread for each command and each answer.
/// </summary>
/// <remarks>
/// The runtime has this for a whole process (DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS), and for a single socket by a property that is
/// not public. Without it everything works, a little slower. Nothing may block on such a thread, and what has more to do goes on in the
/// thread pool, so that other sockets do not wait.
/// </remarks>
internal static class Pollers
{
    // Who comes so soon after the last one's end has waited for it, and others may wait behind.
    private static readonly long Soon = Stopwatch.Frequency / 100_000;

    [ThreadStatic]
    private static long _freeSince;

    private static bool _isMissing;

    /// <summary>Whether the runtime has what this uses; false only once it was looked for.</summary>
    public static bool Work => !_isMissing;

    /// <summary>Continues what waits for the socket on the thread that waited for it.</summary>
    public static void Run(Socket socket) => Set(socket, true);

    /// <summary>Continues what waits for the socket in the thread pool, as is usual.</summary>
    public static void LetGo(Socket socket) => Set(socket, false);

    /// <summary>Before a wait: goes on in the thread pool when there is more to do at once.</summary>
    public static ValueTask LeaveIfAsync(bool more)
    {
        if (Thread.CurrentThread.IsThreadPoolThread)
            return default;
        if (more)
            return LeaveAsync();
        _freeSince = Stopwatch.GetTimestamp();
        return default;
    }

    /// <summary>After a wait: goes on in the thread pool when the thread had no rest, so that busy tunnels use every core.</summary>
    public static ValueTask LeaveWhenBusyAsync() =>
        Thread.CurrentThread.IsThreadPoolThread || Stopwatch.GetTimestamp() - _freeSince > Soon ? default : LeaveAsync();

    private static async ValueTask LeaveAsync() => await Task.Yield();

    private static void Set(Socket socket, bool value)
    {
        if (_isMissing)
            return;
        try
        {
            SetPreferInlineCompletions(socket, value);
        }
        catch (MissingMethodException)
        {
            _isMissing = true;
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PreferInlineCompletions")]
    private static extern void SetPreferInlineCompletions(Socket socket, bool value);
}
