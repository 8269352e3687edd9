using System.Security.Cryptography;
using System.Text.Json;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Serve;

/// <summary>
/// Who signs and who certifies: made-up credentials and the certificates' authority. They stay with kept data, so that a container that is
/// started again is the same database to its clients; with throw-away data they are new each time.
/// </summary>
/// <param name="Authority">The authority.</param>
/// <param name="Credentials">The credentials, without ARN and policies.</param>
internal sealed record ServedIdentity(EmulatorCertificateAuthority Authority, EmulatorPrincipal Credentials)
{
    /// <summary>That of a data folder, made when it has none.</summary>
    /// <param name="folder">The folder; null for a new identity that is kept nowhere.</param>
    /// <exception cref="ToolException">The file is there and cannot be read.</exception>
    public static ServedIdentity Open(string? folder)
    {
        var path = folder is null ? null : Path.Combine(folder, DataFolder.IdentityName);
        if (path is not null && File.Exists(path))
            return Read(path);
        var made = new ServedIdentity(EmulatorCertificateAuthority.Create(), EmulatorPrincipal.CreateDefault());
        if (path is not null)
            PrivateFile.Replace(path, JsonSerializer.Serialize(made.ToKept()));
        return made;
    }

    /// <summary>Its credentials for a principal that has an ARN and policies.</summary>
    public EmulatorPrincipal Sign(EmulatorPrincipal principal) => principal with
    {
        AccessKeyId = Credentials.AccessKeyId,
        SecretAccessKey = Credentials.SecretAccessKey,
        SessionToken = Credentials.SessionToken,
    };

    private Kept ToKept() => new(Authority.CertificatePem, Authority.ExportPrivateKeyPem(), Credentials.AccessKeyId,
        Credentials.SecretAccessKey, Credentials.SessionToken!);

    private static ServedIdentity Read(string path)
    {
        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(File.ReadAllText(path)) ?? throw new JsonException("it is empty");
            return new ServedIdentity(
                EmulatorCertificateAuthority.Load(kept.Certificate, kept.CertificateKey),
                EmulatorPrincipal.CreateDefault() with
                {
                    AccessKeyId = kept.AccessKeyId,
                    SecretAccessKey = kept.SecretAccessKey,
                    SessionToken = kept.SessionToken,
                });
        }
        catch (Exception e) when (e is JsonException or CryptographicException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            throw ToolException.Missing($"'{path}' cannot be read ({e.GetType().Name}); remove it, and clients get a new CA and new"
                + " credentials", e);
        }
    }

    private sealed record Kept(
        string Certificate, string CertificateKey, string AccessKeyId, string SecretAccessKey, string SessionToken)
    {
        /// <summary>Never the secrets.</summary>
        public override string ToString() => AccessKeyId;
    }
}
