namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>The four bytes before each payload. Source: MySQL Source Code Documentation, "MySQL Packets".</summary>
/// <param name="Length">The payload's length; <see cref="MaxLength"/> means that more follows in the next packet.</param>
/// <param name="Sequence">Counts the packets of one exchange, modulo 256.</param>
internal readonly record struct PacketHeader(int Length, byte Sequence)
{
    public const int Size = 4;

    public const int MaxLength = 0xFFFFFF;

    public static PacketHeader Read(ReadOnlySpan<byte> bytes) => new(bytes[0] | (bytes[1] << 8) | (bytes[2] << 16), bytes[3]);

    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)Length;
        bytes[1] = (byte)(Length >> 8);
        bytes[2] = (byte)(Length >> 16);
        bytes[3] = Sequence;
    }
}
