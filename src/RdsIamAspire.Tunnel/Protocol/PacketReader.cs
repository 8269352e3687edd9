using System.Buffers.Binary;

namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>Reads the fields of one packet's payload in order. Pure: no I/O.</summary>
/// <remarks>MySQL Source Code Documentation, "Protocol Basics", "Protocol::FixedLengthInteger" and the pages next to it.</remarks>
internal ref struct PacketReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>Whether all is read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    public byte ReadByte() => ReadBytes(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(ReadBytes(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(4));

    /// <summary>A fixed number of bytes.</summary>
    /// <exception cref="MySqlProtocolException">The packet ends before.</exception>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (count > _rest.Length)
            throw new MySqlProtocolException($"a packet ended {count - _rest.Length} bytes early");
        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>Bytes up to a NUL, which is skipped; all the rest when there is none, as some servers leave the last one out.</summary>
    public ReadOnlySpan<byte> ReadToNul()
    {
        var nul = _rest.IndexOf((byte)0);
        if (nul < 0)
            return ReadRest();
        var bytes = _rest[..nul];
        _rest = _rest[(nul + 1)..];
        return bytes;
    }

    /// <summary>Bytes with their number before them, as a length-encoded integer.</summary>
    public ReadOnlySpan<byte> ReadLengthEncodedBytes()
    {
        var length = ReadLengthEncodedInteger();
        if (length > (ulong)_rest.Length)
            throw new MySqlProtocolException($"a field of {length} bytes stands in a packet with {_rest.Length} left");
        return ReadBytes((int)length);
    }

    public ulong ReadLengthEncodedInteger()
    {
        var first = ReadByte();
        return first switch
        {
            < 0xFB => first,
            0xFC => ReadUInt16(),
            0xFD => ReadUInt16() | ((ulong)ReadByte() << 16),
            0xFE => BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(8)),
            _ => throw new MySqlProtocolException($"0x{first:X2} does not begin a length"),
        };
    }

    public ReadOnlySpan<byte> ReadRest()
    {
        var bytes = _rest;
        _rest = default;
        return bytes;
    }
}
