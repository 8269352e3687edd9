using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire.Tests.Certificates;

public sealed class RdsCaBundleStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(_folder.Path, "deep", "bundle.pem");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_users_own_file_wins()
    {
        var own = RdsCaBundle.Embedded.ForRegion("eu-west-1").WriteFile(_folder.Path);

        Assert.Equal(own, RdsCaBundleStore.Load(own).Origin);
    }

    [Fact]
    public async Task An_update_adds_a_new_region_and_keeps_the_proxy_roots()
    {
        var source = File("new.pem", Root("Amazon RDS il-central-1 Root CA RSA2048 G1", Now.AddYears(30)));

        var update = await RdsCaBundleStore.UpdateAsync(source, Now, Target, cancellationToken: Cancelled);

        Assert.Equal("Amazon RDS il-central-1 Root CA RSA2048 G1", Assert.Single(update.Added).Name);
        Assert.Empty(update.Removed);
        var kept = RdsCaBundle.Load(Target);
        Assert.Equal(28, kept.Regions.Count);
        Assert.Equal(5, kept.ForProxy().Certificates.Count);
    }

    [Fact]
    public async Task An_update_replaces_the_roots_of_its_regions_and_drops_expired_ones()
    {
        var source = File(
            "new.pem",
            Root("Amazon RDS eu-west-1 Root CA RSA2048 G2", Now.AddYears(30))
                + Root("Amazon RDS eu-west-2 Root CA RSA2048 G0", Now.AddYears(-1)));

        var update = await RdsCaBundleStore.UpdateAsync(source, Now, Target, cancellationToken: Cancelled);

        Assert.Equal("rds-ca-rsa2048-g2", Assert.Single(update.Bundle.ForRegion("eu-west-1").Certificates).AuthorityId);
        Assert.DoesNotContain("eu-west-2", update.Bundle.Regions);
        Assert.Equal(6, update.Removed.Count);
    }

    [Fact]
    public async Task A_second_update_starts_from_the_first()
    {
        await RdsCaBundleStore.UpdateAsync(
            File("a.pem", Root("Amazon RDS il-central-1 Root CA RSA2048 G1", Now.AddYears(30))),
            Now,
            Target,
            cancellationToken: Cancelled);
        await RdsCaBundleStore.UpdateAsync(
            File("b.pem", Root("Amazon RDS us-gov-west-1 Root CA RSA2048 G1", Now.AddYears(30))),
            Now,
            Target,
            cancellationToken: Cancelled);

        Assert.Equal(29, RdsCaBundle.Load(Target).Regions.Count);
    }

    [Fact]
    public async Task A_bundle_that_is_not_of_RDS_changes_nothing()
    {
        var error = await Assert.ThrowsAsync<FormatException>(() =>
            RdsCaBundleStore.UpdateAsync(File("own.pem", Root("My own CA", Now.AddYears(1))), Now, Target, cancellationToken: Cancelled));

        Assert.Contains("has 1 certificates, and none is an RDS root", error.Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Target));
    }

    [Fact]
    public async Task Roots_of_trust_are_not_read_over_plain_http()
    {
        var error = await Assert.ThrowsAsync<FormatException>(() =>
            RdsCaBundleStore.UpdateAsync(
                "http://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
                Now,
                Target,
                cancellationToken: Cancelled));

        Assert.Contains("is not an https URL", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_is_downloaded_from_where_AWS_publishes_it()
    {
        Uri? asked = null;
        using var http = new HttpClient(new Answer(request =>
        {
            asked = request.RequestUri;
            return new(HttpStatusCode.OK)
            {
                Content = new StringContent(Root("Amazon RDS il-central-1 Root CA RSA2048 G1", Now.AddYears(30))),
            };
        }));

        var published = RdsCaBundleStore.PublishedBundle(AwsPartition.Aws);
        var update = await RdsCaBundleStore.UpdateAsync(published.ToString(), Now, Target, http, Cancelled);

        Assert.Equal(published, asked);
        Assert.Single(update.Added);
    }

    [Fact]
    public async Task A_failed_download_changes_nothing()
    {
        using var http = new HttpClient(new Answer(_ => new(HttpStatusCode.NotFound)));

        await Assert.ThrowsAsync<HttpRequestException>(
            () => RdsCaBundleStore.UpdateAsync("https://example.com/x.pem", Now, Target, http, Cancelled));

        Assert.False(System.IO.File.Exists(Target));
    }

    [Fact]
    public void A_partition_without_a_public_bundle_is_said() =>
        Assert.Contains(
            "aws-iso",
            Assert.Throws<NotSupportedException>(() => RdsCaBundleStore.PublishedBundle(AwsPartition.FromName("aws-iso")!)).Message,
            StringComparison.Ordinal);

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    private static string Root(string name, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(end.AddYears(-10), end);
        return certificate.ExportCertificatePem() + "\n";
    }

    private sealed class Answer(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
