using RdsIamAspire.Cli.MySqlProtocol;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>
/// Finds COM_CHANGE_USER in the bytes that a client sends after its login; everything else may pass as it is. Pure, and looks at no more than the
/// first five bytes of a packet.
/// </summary>
/// <remarks>
/// A command's packet has sequence 0. So has every 256th packet of a file that the client sends (LOAD DATA LOCAL), but it follows a packet of sequence 255
/// that is not empty, and no command does: one of more than 255 packets would be longer than 4 GB, and a server takes 1 GB at most.
/// </remarks>
internal sealed class CommandScanner
{
    private const byte LastSequence = 255;

    private int _left;
    private PacketHeader _previous;

    /// <summary>Looks at the bytes that came.</summary>
    /// <param name="bytes">What was not passed on yet, from where the last scan ended.</param>
    /// <returns>
    /// How many of them may pass, and whether a COM_CHANGE_USER begins right after. What remains otherwise is the beginning of a header and needs more bytes.
    /// </returns>
    public (int Pass, bool ChangeUser) Scan(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (true)
        {
            var inside = Math.Min(_left, bytes.Length - at);
            at += inside;
            _left -= inside;
            var rest = bytes[at..];
            if (_left > 0 || rest.Length < PacketHeader.Size)
                return (at, false);

            var header = PacketHeader.Read(rest);
            if (header is { Sequence: 0, Length: > 0 } && _previous is not { Sequence: LastSequence, Length: > 0 })
            {
                if (rest.Length == PacketHeader.Size)
                    return (at, false);
                if (rest[PacketHeader.Size] == ChangeUserRequest.Command)
                    return (at, true);
            }

            _previous = header;
            at += PacketHeader.Size;
            _left = header.Length;
        }
    }

    /// <summary>A packet was taken out by the caller.</summary>
    public void Skip(PacketHeader header) => _previous = header;
}
