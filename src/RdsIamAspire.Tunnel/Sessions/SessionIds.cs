using System.Collections.Concurrent;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>
/// The ids that clients are greeted with, and the server's ids behind them. They begin far above those that a server counts up from 1, and
/// within what drivers keep in a signed 32-bit number; so a KILL of an id that SQL showed means that one.
/// </summary>
internal sealed class SessionIds
{
    private const uint First = 0x7000_0000;
    private const uint Last = int.MaxValue;

    private readonly ConcurrentDictionary<uint, uint> _known = new();
    private uint _next = First;

    /// <summary>An id for a client to come.</summary>
    public uint Next()
    {
        lock (_known)
        {
            _next = _next == Last ? First : _next + 1;
            return _next;
        }
    }

    /// <summary>The session with an own id is logged in as the server's id, until the returned object is disposed of.</summary>
    public IDisposable Bind(uint own, uint server)
    {
        _known[own] = server;
        return new Binding(this, own);
    }

    /// <summary>The server's id; null for an id that is not one of a session here.</summary>
    public uint? ServerId(uint own) => _known.TryGetValue(own, out var server) ? server : null;

    private sealed class Binding(SessionIds ids, uint own) : IDisposable
    {
        public void Dispose() => ids._known.TryRemove(own, out _);
    }
}
