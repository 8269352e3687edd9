namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>The beginning of a login that asks for TLS first. Source: MySQL Source Code Documentation, "Protocol::SSLRequest".</summary>
internal sealed record SslRequest(Capabilities Capabilities, uint MaxPacketSize, byte Charset)
{
    public byte[] Write() => new PacketWriter().UInt32((uint)Capabilities).UInt32(MaxPacketSize).Byte(Charset).Zeros(23).ToArray();
}
