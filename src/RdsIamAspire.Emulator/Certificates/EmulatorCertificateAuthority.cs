using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire.Emulator;

/// <summary>
/// A certificate authority of the emulator's own: it plays the part of the RDS root, so that clients verify the local server
/// (<c>VerifyFull</c>) as they verify RDS.
/// </summary>
/// <remarks>
/// Keys are ECDSA on P-256, which every MySQL client with TLS 1.2 accepts and which cost nothing to make. The authority lives in memory;
/// a rotation is a new one whose server certificate is taken up by <c>ALTER INSTANCE RELOAD TLS</c>.
/// </remarks>
public sealed class EmulatorCertificateAuthority : IDisposable
{
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(365);

    private readonly X509Certificate2 _certificate;
    private readonly TimeProvider _time;

    private EmulatorCertificateAuthority(X509Certificate2 certificate, TimeProvider time)
    {
        _certificate = certificate;
        _time = time;
        CertificatePem = certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>The authority's certificate, PEM: what clients are given as their CA file.</summary>
    public string CertificatePem { get; }

    /// <summary>The SHA-256 fingerprint, upper-case hexadecimal: tells one authority from the next after a rotation.</summary>
    public string Fingerprint => _certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>The end of its validity.</summary>
    public DateTimeOffset NotAfter => _certificate.NotAfter;

    /// <summary>Makes a new authority, valid from a day ago for ten years.</summary>
    /// <param name="timeProvider">The clock that validity starts from; null takes the system's.</param>
    public static EmulatorCertificateAuthority Create(TimeProvider? timeProvider = null)
    {
        var time = timeProvider ?? TimeProvider.System;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serial = Serial();
        // The serial is part of the name: two authorities in one trust store must not be taken for each other.
        var name = new X500DistinguishedName($"CN=RDS IAM emulator CA {Convert.ToHexString(serial.AsSpan(0, 4))}, O=rds-iam");
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true,
                hasPathLengthConstraint: true,
                pathLengthConstraint: 0,
                critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var from = time.GetUtcNow().AddDays(-1);
        return new EmulatorCertificateAuthority(request.CreateSelfSigned(from, from + AuthorityLife), time);
    }

    /// <summary>An authority of an earlier run.</summary>
    /// <param name="certificatePem">Its certificate.</param>
    /// <param name="privateKeyPem">What <see cref="ExportPrivateKeyPem"/> gave.</param>
    /// <exception cref="CryptographicException">They are not PEM, or do not belong together.</exception>
    internal static EmulatorCertificateAuthority Load(string certificatePem, string privateKeyPem) =>
        new(X509Certificate2.CreateFromPem(certificatePem, privateKeyPem), TimeProvider.System);

    /// <summary>The authority's key, to be kept by its owner alone.</summary>
    internal string ExportPrivateKeyPem()
    {
        using var key = _certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }

    /// <summary>Makes a certificate for a server that is reached under the given names, valid for a year.</summary>
    /// <param name="dnsNamesAndIps">DNS names (a leading <c>*.</c> is allowed) and IP addresses; at least one.</param>
    /// <exception cref="ArgumentException">There is no name, or one is neither an address nor a DNS name.</exception>
    public ServerCertificate CreateServerCertificate(IEnumerable<string> dnsNamesAndIps)
    {
        ArgumentNullException.ThrowIfNull(dnsNamesAndIps);
        var names = dnsNamesAndIps.Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (names.Count == 0)
            throw new ArgumentException("A server certificate needs at least one DNS name or IP address.", nameof(dnsNamesAndIps));

        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else if (Uri.CheckHostName(name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name) == UriHostNameType.Dns)
                alternatives.AddDnsName(name);
            else throw new ArgumentException(
                $"'{name}' is neither an IP address nor a DNS name; a server certificate is made for such names only.",
                nameof(dnsNamesAndIps));
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=RDS IAM emulator, O=rds-iam", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: false,
                hasPathLengthConstraint: false,
                pathLengthConstraint: 0,
                critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // serverAuth, RFC 5280 4.2.1.12
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                _certificate,
                includeKeyIdentifier: true,
                includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(alternatives.Build());

        var from = _time.GetUtcNow().AddDays(-1);
        var to = from + ServerLife < NotAfter ? from + ServerLife : NotAfter;
        using var certificate = request.Create(_certificate, from, to, Serial());
        return new ServerCertificate(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n", names, to);
    }

    /// <summary>
    /// Writes the authority's certificate, in one step, so that a reader sees the old one or the new one and never a part.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced. Its folder must exist.</param>
    public void WriteTo(string path) => PrivateFile.Replace(path, CertificatePem, readableByOthers: true);

    /// <summary>The same authority once more, for a server that forgets its own when it ends.</summary>
    internal EmulatorCertificateAuthority Share() => new(new X509Certificate2(_certificate), _time);

    /// <summary>Forgets the authority's key.</summary>
    public void Dispose() => _certificate.Dispose();

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F; // positive, RFC 5280 4.1.2.2
        serial[0] |= 0x01;
        return serial;
    }
}
