using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire.Emulator;

/// <summary>A CA file as Java reads one: PKCS#12 without a password, each certificate marked as trusted.</summary>
/// <remarks>
/// Sources: RFC 7292 (PKCS #12); JDK, sun.security.pkcs12.PKCS12KeyStore (a certificate without the trust attribute is none that is
/// trusted).
/// </remarks>
internal static class JavaTrustStore
{
    private const string Data = "1.2.840.113549.1.7.1";
    private const string CertificateBag = "1.2.840.113549.1.12.10.1.3";
    private const string X509Certificate = "1.2.840.113549.1.9.22.1";
    private const string FriendlyName = "1.2.840.113549.1.9.20";
    private const string TrustedKeyUsage = "2.16.840.1.113894.746875.1.1";
    private const string AnyKeyUsage = "2.5.29.37.0";

    private static readonly Asn1Tag Explicit = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Writes it beside the PEM file, and says where. A file that is newer than the PEM is left as it is.</summary>
    public static string WriteBeside(string pemPath)
    {
        var path = Path.ChangeExtension(pemPath, ".p12");
        if (File.Exists(path) && File.GetLastWriteTimeUtc(path) >= File.GetLastWriteTimeUtc(pemPath))
            return path;
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(pemPath);
        var beside = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllBytes(beside, Encode(certificates));
        File.Move(beside, path, overwrite: true);
        return path;
    }

    /// <summary>The PKCS#12 file.</summary>
    public static byte[] Encode(X509Certificate2Collection certificates)
    {
        var bags = new AsnWriter(AsnEncodingRules.DER);
        using (bags.PushSequence())
        {
            foreach (var certificate in certificates)
                WriteBag(bags, certificate);
        }

        var contents = new AsnWriter(AsnEncodingRules.DER);
        using (contents.PushSequence())
            WriteData(contents, bags.Encode());

        var file = new AsnWriter(AsnEncodingRules.DER);
        using (file.PushSequence())
        {
            file.WriteInteger(3);
            WriteData(file, contents.Encode());
        }

        return file.Encode();
    }

    private static void WriteData(AsnWriter writer, byte[] content)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Data);
            using (writer.PushSequence(Explicit))
                writer.WriteOctetString(content);
        }
    }

    private static void WriteBag(AsnWriter writer, X509Certificate2 certificate)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(CertificateBag);
            using (writer.PushSequence(Explicit))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(X509Certificate);
                using (writer.PushSequence(Explicit))
                    writer.WriteOctetString(certificate.RawData);
            }

            using (writer.PushSetOf())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(FriendlyName);
                    using (writer.PushSetOf())
                        writer.WriteCharacterString(UniversalTagNumber.BMPString, certificate.Thumbprint);
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(TrustedKeyUsage);
                    using (writer.PushSetOf())
                        writer.WriteObjectIdentifier(AnyKeyUsage);
                }
            }
        }
    }
}
