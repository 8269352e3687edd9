using System.Text;

namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>"Log in with this plugin instead." Source: MySQL Source Code Documentation, "Protocol::AuthSwitchRequest".</summary>
internal sealed record AuthSwitchRequest(string Plugin, byte[] Data)
{
    /// <summary>The packet's first byte.</summary>
    public const byte Header = 0xFE;

    /// <summary>
    /// A packet of that byte alone asks for the password hash from before MySQL 4.1; it is read as a plugin without a name.
    /// </summary>
    public static AuthSwitchRequest Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload[1..]);
        return new AuthSwitchRequest(Encoding.ASCII.GetString(reader.ReadToNul()), reader.ReadRest().ToArray());
    }

    public byte[] Write() => new PacketWriter().Byte(Header).NulTerminated(Encoding.ASCII.GetBytes(Plugin)).Bytes(Data).ToArray();
}
