using System.Text;

namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>The server's first packet. Source: MySQL Source Code Documentation, "Protocol::HandshakeV10".</summary>
internal sealed record Greeting
{
    private const byte Version10 = 10;

    /// <summary>How many bytes a scramble has; a NUL follows them.</summary>
    public const int ScrambleLength = 20;

    public required string ServerVersion { get; init; }

    /// <summary>The connection's id, which KILL takes.</summary>
    public required uint ConnectionId { get; init; }

    /// <summary>The random bytes that passwords are hashed with.</summary>
    public required byte[] Scramble { get; init; }

    public required Capabilities Capabilities { get; init; }

    public required byte Charset { get; init; }

    public required ushort Status { get; init; }

    public required string AuthPlugin { get; init; }

    /// <exception cref="MySqlProtocolException">It is no greeting.</exception>
    public static Greeting Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        if (reader.ReadByte() is var version and not Version10)
            throw new MySqlProtocolException($"the greeting has protocol version {version}, not 10");
        var server = Encoding.ASCII.GetString(reader.ReadToNul());
        var id = reader.ReadUInt32();
        var scramble = reader.ReadBytes(8).ToArray();
        reader.ReadByte();
        uint capabilities = reader.ReadUInt16();
        var charset = reader.ReadByte();
        var status = reader.ReadUInt16();
        capabilities |= (uint)reader.ReadUInt16() << 16;
        var scrambleLength = reader.ReadByte();
        reader.ReadBytes(10);
        var rest = reader.ReadBytes(Math.Max(13, scrambleLength - 8));
        var plugin = ((Capabilities)capabilities).HasFlag(Capabilities.PluginAuth) ? Encoding.ASCII.GetString(reader.ReadToNul()) : "";
        return new Greeting
        {
            ServerVersion = server,
            ConnectionId = id,
            Scramble = [.. scramble, .. rest[..(ScrambleLength - 8)]],
            Capabilities = (Capabilities)capabilities,
            Charset = charset,
            Status = status,
            AuthPlugin = plugin,
        };
    }

    public byte[] Write() => new PacketWriter()
        .Byte(Version10)
        .NulTerminated(Encoding.ASCII.GetBytes(ServerVersion))
        .UInt32(ConnectionId)
        .Bytes(Scramble.AsSpan(0, 8))
        .Byte(0)
        .UInt16((int)((uint)Capabilities & 0xFFFF))
        .Byte(Charset)
        .UInt16(Status)
        .UInt16((int)((uint)Capabilities >> 16))
        .Byte(ScrambleLength + 1)
        .Zeros(10)
        .Bytes(Scramble.AsSpan(8))
        .Byte(0)
        .NulTerminated(Encoding.ASCII.GetBytes(AuthPlugin))
        .ToArray();
}
