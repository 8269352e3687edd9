using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>
/// KILL with the id that a client was greeted with, as clients send it to cancel a statement. The greeting goes out before the server is
/// dialled, so the id in it is the tunnel's own, and is turned into the server's here. Pure.
/// </summary>
internal static partial class KillStatement
{
    /// <summary>COM_QUERY.</summary>
    public const byte Query = 0x03;

    /// <summary>COM_PROCESS_KILL, which servers before 8.0 have.</summary>
    public const byte ProcessKill = 0x0C;

    /// <summary>No KILL that a client makes is longer; a longer statement is not looked into.</summary>
    public const int LongestPayload = 128;

    /// <summary>
    /// The payload with the server's id in place of the tunnel's; null when it is no KILL, or of an id that the tunnel did not hand out.
    /// </summary>
    /// <param name="payload">A whole COM_QUERY or COM_PROCESS_KILL.</param>
    /// <param name="serverId">The server's id for one of the tunnel's.</param>
    public static byte[]? Translate(ReadOnlySpan<byte> payload, Func<uint, uint?> serverId)
    {
        if (payload[0] == ProcessKill)
        {
            if (payload.Length != 5 || serverId(BinaryPrimitives.ReadUInt32LittleEndian(payload[1..])) is not { } id)
                return null;
            var packet = payload.ToArray();
            BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(1), id);
            return packet;
        }

        var at = TextAt(payload);
        var text = Encoding.Latin1.GetString(payload[at..]);
        if (Kill().Match(text) is not { Success: true } kill)
            return null;
        var digits = kill.Groups["id"];
        if (!uint.TryParse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var own)
            || serverId(own) is not { } known)
            return null;
        var number = known.ToString(CultureInfo.InvariantCulture);
        var statement = string.Concat(text.AsSpan(0, digits.Index), number, text.AsSpan(digits.Index + digits.Length));
        return [.. payload[..at], .. Encoding.Latin1.GetBytes(statement)];
    }

    // With CLIENT_QUERY_ATTRIBUTES the number of attributes and of their sets (0 and 1 for none) stand before the text, which cannot begin
    // with a NUL.
    private static int TextAt(ReadOnlySpan<byte> payload) => payload.Length > 3 && payload[1] == 0 && payload[2] == 1 ? 3 : 1;

    [GeneratedRegex(@"\A\s*KILL\s+(?:(?:QUERY|CONNECTION)\s+)?(?<id>[0-9]{1,10})\s*;?\s*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Kill();
}
