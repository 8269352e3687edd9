namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>
/// Whole packets over a stream, for logins; what comes after them is bytes. Reads not one byte more than the packet it returns.
/// </summary>
internal sealed class PacketStream(Stream stream)
{
    // A login's packets are small; more than this is no login.
    private const int MaxLoginPacket = 1 << 20;

    /// <summary>The sequence number that the next packet written gets.</summary>
    public byte NextSequence { get; set; }

    /// <summary>The next packet's payload.</summary>
    /// <exception cref="EndOfStreamException">The other side closed the connection.</exception>
    /// <exception cref="MySqlProtocolException">The packet is longer than any of a login.</exception>
    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[PacketHeader.Size];
        await stream.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        var header = PacketHeader.Read(head);
        // The first bytes of another protocol are read as a length that no packet of a login has.
        if (header.Length > ushort.MaxValue && ForeignProtocol.Name(head) is { } foreign)
            throw new MySqlProtocolException(foreign);
        if (header.Length > MaxLoginPacket)
            throw new MySqlProtocolException($"a packet of {header.Length} bytes came where a login's packet was due");
        var payload = new byte[header.Length];
        await stream.ReadExactlyAsync(payload, cancellationToken).ConfigureAwait(false);
        NextSequence = (byte)(header.Sequence + 1);
        return payload;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var packet = new byte[PacketHeader.Size + payload.Length];
        new PacketHeader(payload.Length, NextSequence++).Write(packet);
        payload.CopyTo(packet.AsMemory(PacketHeader.Size));
        await stream.WriteAsync(packet, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
