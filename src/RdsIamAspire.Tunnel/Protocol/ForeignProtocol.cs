using System.Text;

namespace RdsIamAspire.Tunnel.Protocol;

/// <summary>Says what speaks, when the first bytes are not MySQL's.</summary>
internal static class ForeignProtocol
{
    /// <summary>What it is by its first four bytes; null when they are not known.</summary>
    public static string? Name(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes) switch
    {
        ['S', 'S', 'H', '-', ..] => "an SSH server answers",
        ['H', 'T', 'T', 'P', ..] => "an HTTP server answers",
        ['2', '2', '0', ..] => "a mail or FTP server answers",
        ['-', 'E', 'R', 'R', ..] => "a Redis server answers",
        ['\x15' or '\x16', '\x03', ..] => "it speaks TLS from the first byte on: a proxy that ends TLS, or an HTTPS server",
        "GET " or "HEAD" or "POST" or "PUT " or "OPTI" or "CONN" or "PRI " => "an HTTP client asks, and this port speaks MySQL",
        _ => null,
    };
}
