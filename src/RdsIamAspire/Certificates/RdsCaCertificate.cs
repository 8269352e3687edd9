using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire;

/// <summary>One root of a <see cref="RdsCaBundle"/>.</summary>
public sealed record RdsCaCertificate
{
    /// <summary>The subject's common name, for example <c>Amazon RDS eu-west-1 Root CA RSA2048 G1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The region whose databases it signs for; null for the Amazon Trust Services roots, which sign for RDS Proxy, and for a user's own.
    /// </summary>
    public required string? Region { get; init; }

    /// <summary>The name under which RDS offers it (<c>rds-ca-rsa2048-g1</c>, …); null when it is not an RDS root.</summary>
    public required string? AuthorityId { get; init; }

    /// <summary>Since when it is valid.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>From when on it is not valid any more.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>SHA-256 of the certificate, 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The certificate in PEM form, with a final newline.</summary>
    public required string Pem { get; init; }

    internal static RdsCaCertificate From(X509Certificate2 certificate)
    {
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        var (region, authority) = ReadName(name);
        return new RdsCaCertificate
        {
            Name = name,
            Region = region,
            AuthorityId = authority,
            NotBefore = certificate.NotBefore,
            NotAfter = certificate.NotAfter,
            Sha256 = certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256),
            Pem = certificate.ExportCertificatePem() + "\n",
        };
    }

    /// <summary>
    /// "Amazon RDS eu-west-1 Root CA RSA2048 G1" → eu-west-1 and rds-ca-rsa2048-g1. Beta and Preview roots belong to no region that a user
    /// has.
    /// </summary>
    private static (string? Region, string? Authority) ReadName(string name)
    {
        const string Prefix = "Amazon RDS ";
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return default;
        var words = name[Prefix.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [var region, "Root", "CA", var key, var generation] && AwsPartition.IsRegionName(region)
            ? (region, $"rds-ca-{key}-{generation}".ToLowerInvariant())
            : default;
    }
}
