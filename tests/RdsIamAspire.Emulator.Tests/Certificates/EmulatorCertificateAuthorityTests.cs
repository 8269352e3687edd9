using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;

namespace RdsIamAspire.Emulator.Tests.Certificates;

public sealed class EmulatorCertificateAuthorityTests
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("orders.c9akciq32rgb.us-east-1.rds.amazonaws.com")]
    public void A_server_certificate_is_good_for_each_of_its_names(string name)
    {
        using var authority = EmulatorCertificateAuthority.Create();
        var made = authority.CreateServerCertificate(["localhost", "127.0.0.1", "::1", "*.c9akciq32rgb.us-east-1.rds.amazonaws.com"]);

        using var certificate = X509Certificate2.CreateFromPem(made.CertificatePem, made.PrivateKeyPem);

        Assert.True(certificate.MatchesHostname(name));
        Assert.False(certificate.MatchesHostname("billing.example.com"));
    }

    [Fact]
    public void A_server_certificate_chains_to_its_own_authority_and_to_no_other()
    {
        using var authority = EmulatorCertificateAuthority.Create();
        using var other = EmulatorCertificateAuthority.Create();
        using var certificate = X509Certificate2.CreateFromPem(authority.CreateServerCertificate(["localhost"]).CertificatePem);

        Assert.True(ChainsTo(authority, certificate));
        Assert.False(ChainsTo(other, certificate));
    }

    [Fact]
    public void Two_authorities_have_different_names_and_fingerprints()
    {
        using var one = EmulatorCertificateAuthority.Create();
        using var two = EmulatorCertificateAuthority.Create();

        Assert.NotEqual(one.Fingerprint, two.Fingerprint);
        Assert.NotEqual(
            X509Certificate2.CreateFromPem(one.CertificatePem).Subject,
            X509Certificate2.CreateFromPem(two.CertificatePem).Subject);
    }

    [Fact]
    public void Validity_starts_from_the_given_clock()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2031, 5, 4, 0, 0, 0, TimeSpan.Zero));
        using var authority = EmulatorCertificateAuthority.Create(time);

        Assert.Equal(new DateTime(2032, 5, 2), authority.CreateServerCertificate(["localhost"]).NotAfter.UtcDateTime.Date);
        Assert.Equal(2041, authority.NotAfter.UtcDateTime.Year);
    }

    [Theory]
    [InlineData("not a name", "'not a name' is neither an IP address nor a DNS name")]
    [InlineData("*.", "'*.' is neither an IP address nor a DNS name")]
    public void A_name_that_no_certificate_can_hold_is_refused(string name, string message)
    {
        using var authority = EmulatorCertificateAuthority.Create();

        Assert.StartsWith(
            message,
            Assert.Throws<ArgumentException>(() => authority.CreateServerCertificate([name])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_at_all_is_refused()
    {
        using var authority = EmulatorCertificateAuthority.Create();

        Assert.StartsWith(
            "A server certificate needs at least one DNS name or IP address.",
            Assert.Throws<ArgumentException>(() => authority.CreateServerCertificate([])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_private_key_is_not_in_what_a_log_would_print()
    {
        using var authority = EmulatorCertificateAuthority.Create();

        Assert.StartsWith(
            "ServerCertificate { localhost, until ",
            authority.CreateServerCertificate(["localhost"]).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_replaces_the_file_as_a_whole()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var one = EmulatorCertificateAuthority.Create();
            using var two = EmulatorCertificateAuthority.Create();
            one.WriteTo(path);
            two.WriteTo(path);

            Assert.Equal(two.CertificatePem, File.ReadAllText(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static bool ChainsTo(EmulatorCertificateAuthority authority, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(authority.CertificatePem));
        return chain.Build(certificate);
    }
}
