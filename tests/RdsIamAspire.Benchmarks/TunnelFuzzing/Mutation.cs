namespace RdsIamAspire.Benchmarks.TunnelFuzzing;

/// <summary>Makes a packet wrong: flipped bits, cut, longer, other lengths and sequence numbers, other bytes altogether.</summary>
internal static class Mutation
{
    private const int HeaderSize = 4;

    /// <summary>The packet with its header, changed; the same random numbers change it alike.</summary>
    public static byte[] Of(Random random, ReadOnlySpan<byte> packet)
    {
        var bytes = packet.ToArray();
        for (var times = random.Next(1, 4); times > 0; times--)
            bytes = Once(random, bytes);
        return bytes;
    }

    /// <summary>A payload as a packet.</summary>
    public static byte[] Packet(byte sequence, ReadOnlySpan<byte> payload) =>
        [(byte)payload.Length, (byte)(payload.Length >> 8), (byte)(payload.Length >> 16), sequence, .. payload];

    private static byte[] Once(Random random, byte[] bytes)
    {
        if (bytes.Length == 0)
            return [(byte)random.Next(256)];
        var at = random.Next(bytes.Length);
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. Noise(random, random.Next(1, 64)), .. bytes[at..]];
            case 4:
                // A length that is not so.
                bytes[random.Next(Math.Min(3, bytes.Length))] = (byte)random.Next(256);
                return bytes;
            case 5 when bytes.Length >= HeaderSize:
                bytes[3] = (byte)random.Next(256);
                return bytes;
            case 6:
                // Lengths inside the payload: the largest, and the marks of length-encoded numbers.
                bytes[at] = (byte)random.Next(0xFA, 0x100);
                return bytes;
            default:
                return [.. bytes, .. bytes[at..]];
        }
    }

    private static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
