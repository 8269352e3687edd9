namespace RdsIamAspire.Emulator;

/// <summary>A server certificate and its private key, both PEM.</summary>
public sealed record ServerCertificate
{
    internal ServerCertificate(string certificatePem, string privateKeyPem, IReadOnlyList<string> names, DateTimeOffset notAfter)
    {
        CertificatePem = certificatePem;
        PrivateKeyPem = privateKeyPem;
        Names = names;
        NotAfter = notAfter;
    }

    /// <summary>The certificate, PEM.</summary>
    public string CertificatePem { get; }

    /// <summary>The private key, PEM (PKCS #8, not encrypted): for the server's eyes only.</summary>
    public string PrivateKeyPem { get; }

    /// <summary>The DNS names and IP addresses that it is good for.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The end of its validity.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Names and validity; never the key.</summary>
    public override string ToString() => $"ServerCertificate {{ {string.Join(", ", Names)}, until {NotAfter:yyyy-MM-dd} }}";
}
