using System.Text;

namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>An error. Source: MySQL Source Code Documentation, "ERR_Packet".</summary>
internal sealed record ErrorPacket(int Code, string SqlState, string Message)
{
    /// <summary>The packet's first byte.</summary>
    public const byte Header = 0xFF;

    /// <summary>ER_ACCESS_DENIED_ERROR.</summary>
    public const int AccessDenied = 1045;

    /// <summary>ER_PLUGIN_IS_NOT_LOADED.</summary>
    public const int PluginNotLoaded = 1524;

    /// <summary>An error has no SQL state before the login.</summary>
    public static ErrorPacket Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload[1..]);
        var code = reader.ReadUInt16();
        var text = reader.ReadRest();
        return text.Length >= 6 && text[0] == (byte)'#'
            ? new ErrorPacket(code, Encoding.ASCII.GetString(text[1..6]), Encoding.UTF8.GetString(text[6..]))
            : new ErrorPacket(code, "HY000", Encoding.UTF8.GetString(text));
    }

    /// <summary>The packet, with or without its SQL state: none in place of a greeting.</summary>
    public byte[] Write(bool withState = true)
    {
        var writer = new PacketWriter().Byte(Header).UInt16(Code);
        if (withState)
            writer.Byte((byte)'#').Bytes(Encoding.ASCII.GetBytes(SqlState));
        return writer.Bytes(Encoding.UTF8.GetBytes(Message)).ToArray();
    }

    /// <summary>As MySQL's own client shows it.</summary>
    public override string ToString() => $"ERROR {Code} ({SqlState}): {Message}";
}
