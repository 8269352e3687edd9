using System.Text;

namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>A second login on an open connection. Source: MySQL Source Code Documentation, "COM_CHANGE_USER".</summary>
internal sealed record ChangeUserRequest
{
    /// <summary>The command's number.</summary>
    public const byte Command = 0x11;

    public required byte[] User { get; init; }

    /// <summary>At most 255 bytes: a token does not fit, it follows when the server asks for it.</summary>
    public byte[] AuthResponse { get; init; } = [];

    public byte[] Database { get; init; } = [];

    public ushort? Charset { get; init; }

    public string AuthPlugin { get; init; } = "";

    public byte[]? ConnectAttributes { get; init; }

    /// <param name="payload">The packet, from the command's byte on.</param>
    /// <param name="capabilities">What was agreed at login.</param>
    /// <exception cref="MySqlProtocolException">It is no such command.</exception>
    public static ChangeUserRequest Read(ReadOnlySpan<byte> payload, Capabilities capabilities)
    {
        var reader = new PacketReader(payload);
        if (reader.ReadByte() != Command)
            throw new MySqlProtocolException("the packet is no COM_CHANGE_USER");
        var user = reader.ReadToNul().ToArray();
        var response = reader.ReadBytes(reader.ReadByte()).ToArray();
        var database = reader.ReadToNul().ToArray();
        ushort? charset = reader.AtEnd ? null : reader.ReadUInt16();
        var plugin = !reader.AtEnd && capabilities.HasFlag(Capabilities.PluginAuth) ? Encoding.ASCII.GetString(reader.ReadToNul()) : "";
        var attributes = !reader.AtEnd && capabilities.HasFlag(Capabilities.ConnectAttributes)
            ? reader.ReadLengthEncodedBytes().ToArray()
            : null;
        return new ChangeUserRequest
        {
            User = user,
            AuthResponse = response,
            Database = database,
            Charset = charset,
            AuthPlugin = plugin,
            ConnectAttributes = attributes,
        };
    }

    public byte[] Write()
    {
        var writer = new PacketWriter()
            .Byte(Command)
            .NulTerminated(User)
            .Byte((byte)AuthResponse.Length)
            .Bytes(AuthResponse)
            .NulTerminated(Database);
        if (Charset is not { } charset)
            return writer.ToArray();
        writer.UInt16(charset).NulTerminated(Encoding.ASCII.GetBytes(AuthPlugin));
        if (ConnectAttributes is not null)
            writer.LengthEncoded(ConnectAttributes);
        return writer.ToArray();
    }
}
