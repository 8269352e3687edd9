using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>Opens MySQL's TLS under a given server name: the driver can only ask for the name that it dials.</summary>
internal static class TlsProbe
{
    // Protocol::SSLRequest (MySQL Source Code Documentation): CLIENT_PROTOCOL_41 | CLIENT_SSL | CLIENT_SECURE_CONNECTION, 16 MB packets,
    // utf8mb4.
    private static readonly byte[] SslRequest = [32, 0, 0, 1, 0x00, 0x8A, 0x00, 0x00, 0, 0, 0, 1, 45, .. new byte[23]];

    public static async Task ConnectAsync(ILocalMySqlServer server, string name, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        var stream = client.GetStream();
        var header = new byte[4];
        await stream.ReadExactlyAsync(header, cancellationToken);
        await stream.ReadExactlyAsync(new byte[header[0] | header[1] << 8], cancellationToken);
        await stream.WriteAsync(SslRequest, cancellationToken);
        using var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { X509Certificate2.CreateFromPem(server.CertificateAuthority.CertificatePem) },
                },
            },
            cancellationToken);
    }
}
