using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RdsIamAspire.Tunnel.Logins;

/// <summary>
/// Asks a server whether it would speak a TLS that is too old for a login: what platforms no longer offer, a few bytes can ask. Nothing is
/// sent but a ClientHello.
/// </summary>
/// <remarks>RFC 4346, 7.4.1: a server answers a ClientHello with a ServerHello of a version that is no higher.</remarks>
internal static class OldTls
{
    private const byte Handshake = 22;
    private const byte ClientHello = 1;
    private const byte ServerHello = 2;
    private const ushort Tls11 = 0x0302;

    // AES and 3DES with RSA, DHE and ECDHE key exchange, as every server of that time has one of.
    private static readonly ushort[] Ciphers = [0xC014, 0xC013, 0xC00A, 0xC009, 0x0039, 0x0033, 0x0035, 0x002F, 0xC012, 0x000A];

    // supported_groups (x25519, secp256r1, secp384r1) and ec_point_formats (uncompressed).
    private static readonly byte[] Extensions = [0, 10, 0, 8, 0, 6, 0, 29, 0, 23, 0, 24, 0, 11, 0, 2, 1, 0];

    /// <summary>The version that a server chooses which is offered TLS 1.1 at most; null when it chooses none.</summary>
    /// <param name="stream">The connection, at the place where a TLS handshake begins.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<string?> AskAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Hello(), cancellationToken).ConfigureAwait(false);
        var answer = new byte[11];
        try
        {
            await stream.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null; // an alert, or the end of the connection
        }

        return answer[0] != Handshake || answer[5] != ServerHello ? null : BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(9)) switch
        {
            Tls11 => "TLS 1.1",
            0x0301 => "TLS 1.0",
            0x0300 => "SSL 3",
            _ => null,
        };
    }

    private static byte[] Hello()
    {
        List<byte> body = [.. Number(Tls11), .. RandomNumberGenerator.GetBytes(32), 0];
        body.AddRange([.. Number(Ciphers.Length * 2), .. Ciphers.SelectMany(cipher => Number(cipher))]);
        body.AddRange([1, 0, .. Number(Extensions.Length), .. Extensions]);
        return [Handshake, .. Number(0x0301), .. Number(body.Count + 4), ClientHello, 0, .. Number(body.Count), .. body];
    }

    private static byte[] Number(int number) => [(byte)(number >> 8), (byte)number];
}
