using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire.Emulator.Tests;

/// <summary>A client that sends as its password any bytes at all, over TLS, in the packets of MySQL's protocol.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    // Client capabilities, MySQL Source Code Documentation, "Capabilities Flags": long password, protocol 41, TLS, secure connection,
    // plugin authentication.
    private const uint Capabilities = 0x1 | 0x200 | 0x800 | 0x8000 | 0x80000;

    private readonly TcpClient _tcp;
    private readonly SslStream _stream;
    private byte _sequence;

    private RawClient(TcpClient tcp, SslStream stream) => (_tcp, _stream) = (tcp, stream);

    /// <summary>As far as the server's request for the password.</summary>
    public static async Task<RawClient> ConnectAsync(ILocalMySqlServer server, string user, CancellationToken cancellationToken)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port, cancellationToken);
        var plain = tcp.GetStream();
        var greeting = await ReadPacketAsync(plain, cancellationToken);
        Assert.Equal(10, greeting[0]);
        byte[] options = [.. BitConverter.GetBytes(Capabilities), .. BitConverter.GetBytes(0x1000000), 45, .. new byte[23]];
        await WritePacketAsync(plain, 1, options, cancellationToken);

        var stream = new SslStream(plain);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = server.Host,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { X509Certificate2.CreateFromPem(server.CertificateAuthority.CertificatePem) },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
            cancellationToken);
        byte[] response = [.. options, .. System.Text.Encoding.UTF8.GetBytes(user), 0, 0, .. "mysql_native_password"u8, 0];
        await WritePacketAsync(stream, 2, response, cancellationToken);
        var request = await ReadPacketAsync(stream, cancellationToken);
        Assert.Equal("mysql_clear_password\0"u8, request.AsSpan(1));
        return new RawClient(tcp, stream) { _sequence = 4 };
    }

    /// <summary>Sends the bytes as the password packet; returns the first byte of the answer (0 is OK, 255 an error).</summary>
    public async Task<byte> SendAsync(byte[] password, CancellationToken cancellationToken)
    {
        await WritePacketAsync(_stream, _sequence, password, cancellationToken);
        return (await ReadPacketAsync(_stream, cancellationToken))[0];
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return _stream.DisposeAsync();
    }

    private static async Task<byte[]> ReadPacketAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[4];
        await stream.ReadExactlyAsync(header, cancellationToken);
        var body = new byte[header[0] | (header[1] << 8) | (header[2] << 16)];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return body;
    }

    private static async Task WritePacketAsync(Stream stream, byte sequence, byte[] body, CancellationToken cancellationToken)
    {
        byte[] packet = [(byte)body.Length, (byte)(body.Length >> 8), (byte)(body.Length >> 16), sequence, .. body];
        await stream.WriteAsync(packet, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
