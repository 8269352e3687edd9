namespace RdsIamAspire.Tests.Certificates;

public sealed class RdsCaBundleTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public void The_embedded_bundle_has_no_expired_certificate() => Assert.Empty(RdsCaBundle.Embedded.EndingBefore(Now));

    [Fact]
    public void The_embedded_bundle_has_the_three_RDS_roots_of_each_of_its_27_regions()
    {
        Assert.Equal(27, RdsCaBundle.Embedded.Regions.Count);
        Assert.All(RdsCaBundle.Embedded.Regions, region => Assert.Equal(
            ["rds-ca-ecc384-g1", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1"],
            RdsCaBundle.Embedded.ForRegion(region).Certificates.Select(c => c.AuthorityId).Order()));
    }

    [Theory]
    [InlineData("il-central-1")]
    [InlineData("ca-west-1")]
    [InlineData("ap-southeast-5")]
    [InlineData("mx-central-1")]
    [InlineData("us-gov-west-1")]
    [InlineData("cn-north-1")]
    public void A_region_that_the_embedded_bundle_lacks_is_said_with_what_to_do(string region)
    {
        Assert.Contains(region, RdsCaBundle.Embedded.MissingRegions);

        var error = Assert.Throws<KeyNotFoundException>(() => RdsCaBundle.Embedded.ForRegion(region));

        Assert.Equal(
            $"The CA bundle (embedded) has no root for the region '{region}'. Bring in AWS's newest bundle with 'rds-iam ca update', "
                + "or give your own CA file.",
            error.Message);
    }

    [Fact]
    public void A_region_that_the_bundle_has_is_not_missing() =>
        Assert.Empty(RdsCaBundle.Embedded.MissingRegions.Intersect(RdsCaBundle.Embedded.Regions));

    [Fact]
    public void RDS_Proxy_is_checked_against_Amazon_Trust_roots()
    {
        var proxy = RdsCaBundle.Embedded.ForEndpoint(RdsEndpoint.Parse("pool.proxy-abcdefghijkl.us-west-2.rds.amazonaws.com"));

        Assert.Equal(
            [
                "Amazon Root CA 1",
                "Amazon Root CA 2",
                "Amazon Root CA 3",
                "Amazon Root CA 4",
                "Starfield Services Root Certificate Authority - G2",
            ],
            proxy.Certificates.Select(c => c.Name));
    }

    [Fact]
    public void An_instance_is_checked_against_its_regions_roots_and_a_custom_name_against_all()
    {
        var instance = RdsCaBundle.Embedded.ForEndpoint(RdsEndpoint.Parse("mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com"));

        Assert.All(instance.Certificates, c => Assert.Equal("eu-west-1", c.Region));
        Assert.Same(RdsCaBundle.Embedded, RdsCaBundle.Embedded.ForEndpoint(RdsEndpoint.Parse("tunnel.example")));
    }

    [Fact]
    public void One_authority_of_one_region_is_a_single_certificate()
    {
        var one = Assert.Single(RdsCaBundle.Embedded.ForRegion("eu-west-1").ForAuthority("rds-ca-rsa2048-g1").Certificates);

        Assert.Equal("Amazon RDS eu-west-1 Root CA RSA2048 G1", one.Name);
        Assert.Equal(2061, one.NotAfter.Year);
    }

    [Fact]
    public void An_authority_that_is_not_there_is_said_with_those_that_are() =>
        Assert.EndsWith("it has rds-ca-ecc384-g1, rds-ca-rsa2048-g1, rds-ca-rsa4096-g1.",
            Assert.Throws<KeyNotFoundException>(() => RdsCaBundle.Embedded.ForAuthority("rds-ca-2019")).Message, StringComparison.Ordinal);

    [Fact]
    public void Certificates_that_end_soon_come_first_to_end_first()
    {
        var ending = RdsCaBundle.Embedded.EndingBefore(new(2039, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(["Starfield Services Root Certificate Authority - G2", "Amazon Root CA 1"], ending.Select(c => c.Name));
    }

    [Fact]
    public void What_is_exported_reads_back_the_same()
    {
        var again = RdsCaBundle.Parse(RdsCaBundle.Embedded.ExportPem(), "exported");

        Assert.Equal(RdsCaBundle.Embedded.Certificates, again.Certificates);
    }

    [Theory]
    [InlineData("", "has no certificate")]
    [InlineData("hello", "has no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nTm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n", "cannot be read")]
    public void A_file_that_is_no_bundle_is_refused_by_its_name(string pem, string reason)
    {
        var error = Assert.Throws<FormatException>(() => RdsCaBundle.Parse(pem, "own.pem"));

        Assert.StartsWith("The CA bundle own.pem", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_written_file_is_small_is_used_again_and_is_repaired()
    {
        using var folder = new TemporaryFolder();
        var region = RdsCaBundle.Embedded.ForRegion("eu-west-1");

        var path = region.WriteFile(folder.Path);
        var written = File.GetLastWriteTimeUtc(path);
        Assert.Equal(path, region.WriteFile(folder.Path));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        Assert.Equal(3, RdsCaBundle.Load(path).Certificates.Count);

        File.WriteAllText(path, "damaged");
        Assert.Equal(path, region.WriteFile(folder.Path));
        Assert.Equal(3, RdsCaBundle.Load(path).Certificates.Count);
        Assert.Single(Directory.GetFiles(folder.Path));
    }
}
