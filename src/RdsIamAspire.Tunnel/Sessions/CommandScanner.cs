using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>What <see cref="CommandScanner"/> stopped at.</summary>
internal enum ScannedCommand
{
    /// <summary>Nothing: all that may pass does.</summary>
    None,

    /// <summary>A COM_CHANGE_USER begins.</summary>
    ChangeUser,

    /// <summary>A whole command stands there that may be a KILL.</summary>
    PerhapsKill,
}

/// <summary>
/// Finds the commands that the tunnel has a part in, in the bytes that a client sends after its login: COM_CHANGE_USER and KILL.
/// Everything else may pass as it is. Pure, and looks into no packet but short ones.
/// </summary>
/// <remarks>
/// A command's packet has sequence 0. So has every 256th packet of a file that the client sends (LOAD DATA LOCAL), but it follows a packet
/// of sequence 255 that is not empty, and no command does: one of more than 255 packets would be longer than 4 GB, and a server takes 1 GB
/// at most.
/// </remarks>
internal sealed class CommandScanner
{
    private const byte LastSequence = 255;

    private int _left;
    private PacketHeader _previous;

    /// <summary>Looks at the bytes that came.</summary>
    /// <param name="bytes">What was not passed on yet, from where the last scan ended.</param>
    /// <returns>
    /// How many of them may pass, and which command begins right after. What remains with <see cref="ScannedCommand.None"/> is the
    /// beginning of a packet of which more must come.
    /// </returns>
    public (int Pass, ScannedCommand Command) Scan(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (true)
        {
            var inside = Math.Min(_left, bytes.Length - at);
            at += inside;
            _left -= inside;
            var rest = bytes[at..];
            if (_left > 0 || rest.Length < PacketHeader.Size)
                return (at, ScannedCommand.None);

            var header = PacketHeader.Read(rest);
            if (header is { Sequence: 0, Length: > 0 } && _previous is not { Sequence: LastSequence, Length: > 0 })
            {
                if (rest.Length == PacketHeader.Size)
                    return (at, ScannedCommand.None);
                switch (rest[PacketHeader.Size])
                {
                    case ChangeUserRequest.Command:
                        return (at, ScannedCommand.ChangeUser);
                    case KillStatement.Query or KillStatement.ProcessKill when header.Length <= KillStatement.LongestPayload:
                        if (rest.Length < PacketHeader.Size + header.Length)
                            return (at, ScannedCommand.None);
                        if (MayBeKill(rest.Slice(PacketHeader.Size, header.Length)))
                            return (at, ScannedCommand.PerhapsKill);
                        break;
                }
            }

            Skip(header);
            at += PacketHeader.Size;
            _left = header.Length;
        }
    }

    /// <summary>A packet was taken out by the caller.</summary>
    public void Skip(PacketHeader header) => _previous = header;

    private static bool MayBeKill(ReadOnlySpan<byte> payload) =>
        payload[0] == KillStatement.ProcessKill || payload.IndexOf("ILL"u8) >= 0 || payload.IndexOf("ill"u8) >= 0;
}
