using System.Text;

namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>The client's login. Source: MySQL Source Code Documentation, "Protocol::HandshakeResponse41".</summary>
internal sealed record LoginRequest
{
    public required Capabilities Capabilities { get; init; }

    public required uint MaxPacketSize { get; init; }

    public required byte Charset { get; init; }

    /// <summary>The user, in the client's character set.</summary>
    public required byte[] User { get; init; }

    public byte[] AuthResponse { get; init; } = [];

    /// <summary>The database to begin with; empty for none.</summary>
    public byte[] Database { get; init; } = [];

    public string AuthPlugin { get; init; } = "";

    /// <summary>Names and values as they stand on the wire; null for none.</summary>
    public byte[]? ConnectAttributes { get; init; }

    /// <summary>
    /// The capabilities as they go out: those that say which fields the packet has follow the fields. A server reads them from the request
    /// for TLS and does not look at them again, so both packets must have the same (parse_client_handshake_packet in
    /// sql/auth/sql_authentication.cc).
    /// </summary>
    public Capabilities WireCapabilities
    {
        get
        {
            var all = Capabilities | Capabilities.Protocol41 | Capabilities.SecureConnection | Capabilities.PluginAuth
                | Capabilities.PluginAuthLengthEncoded;
            all = Database.Length > 0 ? all | Capabilities.ConnectWithDatabase : all & ~Capabilities.ConnectWithDatabase;
            return ConnectAttributes is not null ? all | Capabilities.ConnectAttributes : all & ~Capabilities.ConnectAttributes;
        }
    }

    /// <exception cref="MySqlProtocolException">It is no login of a client since MySQL 4.1.</exception>
    public static LoginRequest Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        var capabilities = (Capabilities)reader.ReadUInt32();
        if (!capabilities.HasFlag(Capabilities.Protocol41))
            throw new MySqlProtocolException("the client speaks the protocol from before MySQL 4.1");
        var maxPacket = reader.ReadUInt32();
        var charset = reader.ReadByte();
        reader.ReadBytes(23);
        var user = reader.ReadToNul().ToArray();
        var response = capabilities.HasFlag(Capabilities.PluginAuthLengthEncoded) ? reader.ReadLengthEncodedBytes()
            : capabilities.HasFlag(Capabilities.SecureConnection) ? reader.ReadBytes(reader.ReadByte())
            : reader.ReadToNul();
        return new LoginRequest
        {
            Capabilities = capabilities,
            MaxPacketSize = maxPacket,
            Charset = charset,
            User = user,
            AuthResponse = response.ToArray(),
            Database = capabilities.HasFlag(Capabilities.ConnectWithDatabase) ? reader.ReadToNul().ToArray() : [],
            AuthPlugin = capabilities.HasFlag(Capabilities.PluginAuth) ? Encoding.ASCII.GetString(reader.ReadToNul()) : "",
            ConnectAttributes = capabilities.HasFlag(Capabilities.ConnectAttributes) && !reader.AtEnd
                ? reader.ReadLengthEncodedBytes().ToArray()
                : null,
        };
    }

    public byte[] Write()
    {
        var writer = new PacketWriter()
            .UInt32((uint)WireCapabilities)
            .UInt32(MaxPacketSize)
            .Byte(Charset)
            .Zeros(23)
            .NulTerminated(User)
            .LengthEncoded(AuthResponse);
        if (Database.Length > 0)
            writer.NulTerminated(Database);
        writer.NulTerminated(Encoding.ASCII.GetBytes(AuthPlugin));
        if (ConnectAttributes is not null)
            writer.LengthEncoded(ConnectAttributes);
        return writer.ToArray();
    }
}
