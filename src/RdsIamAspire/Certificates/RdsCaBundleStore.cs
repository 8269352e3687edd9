namespace RdsIamAspire;

/// <summary>
/// Which bundle is in force on this machine: the user's own file, else the one that <c>rds-iam ca update</c> brought in, else the embedded
/// one.
/// </summary>
public static class RdsCaBundleStore
{
    /// <summary>The environment variable that names the user's own bundle, a PEM file.</summary>
    public const string EnvironmentVariable = "RDS_IAM_CA_BUNDLE";

    /// <summary>A bundle is some hundred kilobytes; a longer answer is not one.</summary>
    private const long MaxBundleBytes = 8 * 1024 * 1024;

    /// <summary>Where <see cref="UpdateAsync"/> keeps AWS's newest bundle, in the user's own data folder.</summary>
    public static string UpdatedBundlePath { get; } = Path.Combine(UserFolder, "ca-bundle.pem");

    internal static string CacheFolder { get; } = Path.Combine(UserFolder, "ca");

    private static string LocalData =>
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);

    private static string UserFolder =>
        LocalData.Length > 0 ? Path.Combine(LocalData, "rds-iam") : Path.Combine(Path.GetTempPath(), $"rds-iam-{Environment.UserName}");

    /// <summary>Where AWS publishes the bundle of a partition's regions.</summary>
    /// <remarks>
    /// Source: Amazon RDS User Guide, "Using SSL/TLS to encrypt a connection to a DB instance or cluster", certificate bundles; the China
    /// guide's page of the same name.
    /// </remarks>
    /// <exception cref="NotSupportedException">The partition's bundle is published inside it only.</exception>
    public static Uri PublishedBundle(AwsPartition partition)
    {
        ArgumentNullException.ThrowIfNull(partition);
        return new Uri(partition.Name switch
        {
            "aws" => "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
            "aws-us-gov" => "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem",
            "aws-cn" => "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/global-bundle.pem",
            _ =>
                throw new NotSupportedException(
                    $"No public address is known for the RDS CA bundle of {partition}; give the bundle's file or URL."),
        });
    }

    /// <summary>The bundle in force.</summary>
    /// <param name="ownFile">The user's own PEM file; it wins over everything. Null takes <see cref="EnvironmentVariable"/>.</param>
    /// <exception cref="FormatException">The file has no readable certificate.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RdsCaBundle Load(string? ownFile = null)
    {
        ownFile ??= Environment.GetEnvironmentVariable(EnvironmentVariable);
        if (!string.IsNullOrWhiteSpace(ownFile))
            return RdsCaBundle.Load(ownFile);
        return File.Exists(UpdatedBundlePath) ? RdsCaBundle.Load(UpdatedBundlePath) : RdsCaBundle.Embedded;
    }

    /// <summary>
    /// Whether the bundle in force says that it has the root of an endpoint's region, by the names above the certificates: a glance that
    /// reads no certificate. False means that it has to be read.
    /// </summary>
    internal static bool NamesRootFor(RdsEndpoint endpoint)
    {
        if (endpoint.IsProxy || endpoint.Region is not { } region
            || !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(EnvironmentVariable)))
            return true;
        var text = File.Exists(UpdatedBundlePath) ? File.ReadAllText(UpdatedBundlePath) : RdsCaBundle.EmbeddedPem();
        return text.Contains($"\n# Amazon RDS {region} Root CA ", StringComparison.Ordinal);
    }

    /// <summary>
    /// Brings a newer bundle of AWS in: its certificates replace those of the same regions, what it does not speak of stays (AWS's bundles
    /// lack the roots of RDS Proxy), expired ones are left out. It is in force from then on.
    /// </summary>
    /// <param name="source">A PEM file's path, or an https URL such as <see cref="PublishedBundle"/>.</param>
    /// <param name="now">The time that expiry is judged by.</param>
    /// <param name="target">Where the result is kept; null takes <see cref="UpdatedBundlePath"/>.</param>
    /// <param name="http">What downloads; null takes a plain client.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="FormatException">The source is no CA bundle of RDS; nothing is changed.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="HttpRequestException">The download failed.</exception>
    public static async Task<RdsCaBundleUpdate> UpdateAsync(
        string source, DateTimeOffset now, string? target = null, HttpClient? http = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        target ??= UpdatedBundlePath;
        var incoming = RdsCaBundle.Parse(await ReadAsync(source, http, cancellationToken).ConfigureAwait(false), source);
        if (incoming.Regions.Count == 0)
        {
            throw new FormatException(
                $"{source} has {incoming.Certificates.Count} certificates, and none is an RDS root. For a bundle of your own set "
                    + $"{EnvironmentVariable} or the driver's CA option.");
        }

        var before = File.Exists(target) ? RdsCaBundle.Load(target) : RdsCaBundle.Embedded;
        var result = before.UpdatedBy(incoming, now);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        await AtomicFile.WriteAsync(target, result.ExportPem(), cancellationToken).ConfigureAwait(false);
        return new RdsCaBundleUpdate(
            target,
            result,
            [.. result.Certificates.ExceptBy(before.Certificates.Select(c => c.Sha256), c => c.Sha256)],
            [.. before.Certificates.ExceptBy(result.Certificates.Select(c => c.Sha256), c => c.Sha256)]);
    }

    private static async Task<string> ReadAsync(string source, HttpClient? http, CancellationToken cancellationToken)
    {
        if (!source.Contains("://", StringComparison.Ordinal))
            return await File.ReadAllTextAsync(source, cancellationToken).ConfigureAwait(false);
        if (!Uri.TryCreate(source, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
            throw new FormatException($"'{source}' is not an https URL; roots of trust are only read over https or from a file.");

        using var own = http is null ? new HttpClient { Timeout = TimeSpan.FromSeconds(60) } : null;
        using var response =
            await (http ?? own!).GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        await response.Content.LoadIntoBufferAsync(MaxBundleBytes, cancellationToken).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>What <see cref="RdsCaBundleStore.UpdateAsync"/> changed.</summary>
/// <param name="Path">Where the bundle is kept.</param>
/// <param name="Bundle">The bundle now in force.</param>
/// <param name="Added">Certificates that were not there before.</param>
/// <param name="Removed">Certificates that are not there any more: replaced or expired.</param>
public sealed record RdsCaBundleUpdate(
    string Path, RdsCaBundle Bundle, IReadOnlyList<RdsCaCertificate> Added, IReadOnlyList<RdsCaCertificate> Removed);
