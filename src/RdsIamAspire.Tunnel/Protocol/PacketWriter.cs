using System.Buffers;
using System.Buffers.Binary;

namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>Writes the fields of one packet's payload in order. Pure: no I/O.</summary>
internal sealed class PacketWriter
{
    private readonly ArrayBufferWriter<byte> _payload = new(256);

    public byte[] ToArray() => _payload.WrittenSpan.ToArray();

    public PacketWriter Byte(byte value)
    {
        _payload.GetSpan(1)[0] = value;
        _payload.Advance(1);
        return this;
    }

    public PacketWriter UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_payload.GetSpan(2), (ushort)value);
        _payload.Advance(2);
        return this;
    }

    public PacketWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_payload.GetSpan(4), value);
        _payload.Advance(4);
        return this;
    }

    public PacketWriter Bytes(ReadOnlySpan<byte> value)
    {
        _payload.Write(value);
        return this;
    }

    public PacketWriter Zeros(int count)
    {
        _payload.GetSpan(count)[..count].Clear();
        _payload.Advance(count);
        return this;
    }

    public PacketWriter NulTerminated(ReadOnlySpan<byte> value) => Bytes(value).Byte(0);

    public PacketWriter LengthEncoded(ReadOnlySpan<byte> value)
    {
        switch (value.Length)
        {
            case < 0xFB:
                Byte((byte)value.Length);
                break;
            case <= 0xFFFF:
                Byte(0xFC).UInt16(value.Length);
                break;
            default:
                Byte(0xFD).UInt16(value.Length & 0xFFFF).Byte((byte)(value.Length >> 16));
                break;
        }

        return Bytes(value);
    }
}
