using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amazon;

namespace RdsIamAspire;

/// <summary>
/// The root certificates that a database's TLS certificate is checked against: the RDS roots per region and, for RDS Proxy, Amazon Trust
/// Services' own.
/// </summary>
/// <remarks>
/// Source: Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance or cluster" and "Using TLS/SSL with RDS Proxy".
/// </remarks>
public sealed class RdsCaBundle
{
    private static readonly Lazy<RdsCaBundle> LazyEmbedded = new(ReadEmbedded);

    private RdsCaBundle(string origin, IReadOnlyList<RdsCaCertificate> certificates)
    {
        Origin = origin;
        Certificates = certificates;
    }

    /// <summary>The bundle inside this library. It has no certificate that was expired when it was built.</summary>
    public static RdsCaBundle Embedded => LazyEmbedded.Value;

    /// <summary>Where it comes from: a file's path, a URL, or <c>embedded</c>.</summary>
    public string Origin { get; }

    /// <summary>Its certificates, in the order of the source.</summary>
    public IReadOnlyList<RdsCaCertificate> Certificates { get; }

    /// <summary>The regions that it has a root for, sorted.</summary>
    public IReadOnlyList<string> Regions =>
        [.. Certificates.Select(c => c.Region).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The regions that the AWS SDK knows and this bundle has no root for, sorted.</summary>
    public IReadOnlyList<string> MissingRegions =>
        [
            .. RegionEndpoint.EnumerableAllRegions.Select(r => r.SystemName)
                .Where(r => AwsPartition.IsRegionName(r))
                .Except(Regions)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Reads a bundle from PEM text.</summary>
    /// <param name="pem">Any number of certificates; text between them is ignored.</param>
    /// <param name="origin">What messages call it.</param>
    /// <exception cref="FormatException">The text has no certificate, or one that cannot be read.</exception>
    public static RdsCaBundle Parse(string pem, string origin)
    {
        ArgumentNullException.ThrowIfNull(pem);
        ArgumentException.ThrowIfNullOrWhiteSpace(origin);
        var read = new X509Certificate2Collection();
        try
        {
            read.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new FormatException($"The CA bundle {origin} has a certificate that cannot be read: {e.Message}", e);
        }

        if (read.Count == 0)
            throw new FormatException(
                $"The CA bundle {origin} has no certificate; a bundle is PEM text with '-----BEGIN CERTIFICATE-----' lines.");
        var certificates = new List<RdsCaCertificate>(read.Count);
        foreach (var certificate in read)
        {
            using (certificate)
                certificates.Add(RdsCaCertificate.From(certificate));
        }

        return new RdsCaBundle(origin, [.. certificates.DistinctBy(c => c.Sha256)]);
    }

    /// <summary>Reads a bundle from a PEM file.</summary>
    /// <exception cref="FormatException">The file has no readable certificate.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RdsCaBundle Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>
    /// Only what a region's databases need: its RDS roots. Drivers read the bundle again for each connection, so a small one makes each
    /// open faster.
    /// </summary>
    /// <param name="region">The region, for example <c>eu-west-1</c>.</param>
    /// <exception cref="KeyNotFoundException">The bundle has no root for the region; the message says how to get one.</exception>
    public RdsCaBundle ForRegion(string region)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(region);
        var own = Certificates.Where(c => c.Region == region).ToList();
        if (own.Count == 0)
        {
            throw new KeyNotFoundException(
                $"The CA bundle ({Origin}) has no root for the region '{region}'. Bring in AWS's newest bundle with 'rds-iam ca "
                    + "update', or give your own CA file.");
        }

        return new RdsCaBundle(Origin, own);
    }

    /// <summary>Only the Amazon Trust Services roots, which sign the certificates of RDS Proxy.</summary>
    public RdsCaBundle ForProxy() => new(Origin, [.. Certificates.Where(c => c.Region is null && IsAmazonTrust(c.Name))]);

    /// <summary>
    /// What the endpoint's certificate is checked against: the proxy roots, a region's roots, or, when its name tells neither, the whole
    /// bundle.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The bundle has no root for the endpoint's region.</exception>
    public RdsCaBundle ForEndpoint(RdsEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return endpoint.IsProxy ? ForProxy() : endpoint.Region is { } region ? ForRegion(region) : this;
    }

    /// <summary>The certificates that end before the time, the first to end first.</summary>
    public IReadOnlyList<RdsCaCertificate> EndingBefore(DateTimeOffset time) =>
        [.. Certificates.Where(c => c.NotAfter < time).OrderBy(c => c.NotAfter)];

    /// <summary>The certificates as PEM text.</summary>
    public string ExportPem()
    {
        var text = new StringBuilder();
        foreach (var certificate in Certificates)
            text.Append("# ").Append(certificate.Name).Append('\n').Append(certificate.Pem);
        return text.ToString();
    }

    /// <summary>
    /// Writes the certificates to a file of the user's cache folder, named after their content, and returns its path: for drivers that take
    /// a CA only as a file. A file that is there already is used again.
    /// </summary>
    /// <param name="folder">The folder; null takes the user's own cache folder.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public string WriteFile(string? folder = null)
    {
        var pem = ExportPem();
        folder ??= RdsCaBundleStore.CacheFolder;
        Directory.CreateDirectory(folder);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(pem)))[..16];
        var path = Path.Combine(folder, $"rds-ca-{hash}.pem");
        if (File.Exists(path) && File.ReadAllText(path) == pem)
            return path;

        AtomicFile.Write(path, pem);
        return path;
    }

    /// <summary>This bundle with another's certificates in place of those of the same regions, and without expired ones.</summary>
    internal RdsCaBundle UpdatedBy(RdsCaBundle newer, DateTimeOffset now)
    {
        var replaced = newer.Regions.ToHashSet();
        return new(newer.Origin,
        [
            .. Certificates.Where(c => c.Region is null || !replaced.Contains(c.Region))
                // Of a bundle of AWS only its roots for regions and proxies are of use; its Beta and Preview roots are not.
                .Concat(newer.Certificates.Where(c => c.Region is not null || IsAmazonTrust(c.Name)))
                .Where(c => c.NotAfter > now)
                .DistinctBy(c => c.Sha256)
                .OrderBy(c => c.Name, StringComparer.Ordinal),
        ]);
    }

    /// <summary>
    /// Only the root that signs with one algorithm, for a driver that takes a single CA: <c>rds-ca-rsa2048-g1</c> is what RDS gives to a
    /// database unless told otherwise.
    /// </summary>
    /// <param name="authorityId">The name that RDS shows as the instance's certificate authority (<c>CACertificateIdentifier</c>).</param>
    /// <exception cref="KeyNotFoundException">The bundle has no such root.</exception>
    public RdsCaBundle ForAuthority(string authorityId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(authorityId);
        var own = Certificates.Where(c => c.AuthorityId == authorityId).ToList();
        return own.Count > 0 ? new(Origin, own) : throw new KeyNotFoundException(
            $"The CA bundle ({Origin}) has no '{authorityId}'; it has "
                + $"{string.Join(", ", Certificates.Select(c => c.AuthorityId).OfType<string>().Distinct().Order(StringComparer.Ordinal))}.");
    }

    private static bool IsAmazonTrust(string name) =>
        name.StartsWith("Amazon Root CA ", StringComparison.Ordinal)
            || name.StartsWith("Starfield Services Root ", StringComparison.Ordinal);

    private static RdsCaBundle ReadEmbedded() => Parse(EmbeddedPem(), "embedded");

    /// <summary>The text of <see cref="Embedded"/>.</summary>
    internal static string EmbeddedPem()
    {
        using var stream = typeof(RdsCaBundle).Assembly.GetManifestResourceStream("rds-ca-bundle.pem")
            ?? throw new InvalidOperationException("This build of RdsIamAspire has no embedded CA bundle.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
