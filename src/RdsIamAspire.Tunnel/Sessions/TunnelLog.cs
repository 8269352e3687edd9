using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>
/// What the tunnel says of the clients that it let go. A client can make a line as often as it likes, so no more than a few come through
/// in a time, and the next line says how many did not.
/// </summary>
internal sealed partial class TunnelLog(TimeProvider time)
{
    private const int LinesInPeriod = 10;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private ILogger _logger = NullLogger.Instance;
    private long _periodBegan;
    private int _lines;
    private long _unsaid;

    /// <summary>Where lines go from now on.</summary>
    public ILogger Logger
    {
        get => _logger;
        set => Volatile.Write(ref _logger, value);
    }

    /// <summary>A client was refused.</summary>
    /// <param name="peer">The client's address; null for a socket's.</param>
    /// <param name="error">What it was told.</param>
    public void Refused(EndPoint? peer, string error)
    {
        if (MaySay(out var unsaid))
            LogRefused(Logger, Peer(peer), error, Also(unsaid));
    }

    /// <summary>A client broke off, or what it sent was no MySQL.</summary>
    public void LetGo(EndPoint? peer, string why)
    {
        if (MaySay(out var unsaid))
            LogLetGo(Logger, Peer(peer), why, Also(unsaid));
    }

    private bool MaySay(out long unsaid)
    {
        lock (_lock)
        {
            unsaid = 0;
            if (_periodBegan == 0 || time.GetElapsedTime(_periodBegan) >= Period)
                (_periodBegan, _lines) = (time.GetTimestamp(), 0);
            if (++_lines > LinesInPeriod)
            {
                _unsaid++;
                return false;
            }

            (unsaid, _unsaid) = (_unsaid, 0);
            return true;
        }
    }

    private static string Peer(EndPoint? peer) => peer is IPEndPoint ip ? ip.ToString() : "a client of the socket";

    private static string Also(long unsaid) => unsaid == 0 ? "" : $" (and {unsaid} more before, without a line)";

    [LoggerMessage(1, LogLevel.Warning, "{Peer} was refused: {Error}{Also}")]
    private static partial void LogRefused(ILogger logger, string peer, string error, string also);

    [LoggerMessage(2, LogLevel.Warning, "{Peer} was let go: {Why}{Also}")]
    private static partial void LogLetGo(ILogger logger, string peer, string why, string also);
}
