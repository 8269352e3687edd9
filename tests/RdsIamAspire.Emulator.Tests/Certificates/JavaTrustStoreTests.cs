using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire.Emulator.Tests.Certificates;

public sealed class JavaTrustStoreTests
{
    [Fact]
    public void It_holds_the_certificates_without_a_password()
    {
        using var authority = EmulatorCertificateAuthority.Create();
        var folder = Directory.CreateTempSubdirectory("rds-iam-tests-").FullName;
        var pem = Path.Combine(folder, "ca.pem");
        authority.WriteTo(pem);

        var store = JavaTrustStore.WriteBeside(pem);

        Assert.Equal(Path.Combine(folder, "ca.p12"), store);
        var read = X509CertificateLoader.LoadPkcs12CollectionFromFile(store, null);
        Assert.Equal(X509Certificate2.CreateFromPem(File.ReadAllText(pem)).Thumbprint, Assert.Single(read).Thumbprint);
        Assert.Equal([pem, store], Directory.GetFiles(folder).Order(StringComparer.Ordinal).Reverse());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Java_takes_each_as_trusted()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/java"), "there is no Java on this machine");
        using var authority = EmulatorCertificateAuthority.Create();
        var folder = Directory.CreateTempSubdirectory("rds-iam-tests-").FullName;
        authority.WriteTo(Path.Combine(folder, "ca.pem"));
        var store = JavaTrustStore.WriteBeside(Path.Combine(folder, "ca.pem"));

        // As Connector/J loads it: java.security.KeyStore, an empty password.
        using var keytool = Process.Start(new ProcessStartInfo("keytool",
            ["-list", "-keystore", store, "-storetype", "PKCS12", "-J-Duser.language=en"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await keytool.StandardInput.WriteLineAsync();
        keytool.StandardInput.Close();
        Assert.Contains("trustedCertEntry", await keytool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }
}
