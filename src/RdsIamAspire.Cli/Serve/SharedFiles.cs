using System.Globalization;
using System.Text.Json;
using RdsIamAspire.Cli.Local;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Serve;

/// <summary>
/// What clients are given, as files and over HTTP: the CA, and the made-up credentials in the forms that AWS's programs read. All of it
/// opens this server and nothing else.
/// </summary>
internal sealed class SharedFiles(RdsIamEmulator emulator, string caCertificatePath)
{
    // A client that read them before a start without kept data reads them again within this time.
    private static readonly TimeSpan CredentialsLife = TimeSpan.FromHours(1);

    private readonly EmulatorPrincipal _principal = emulator.Principals[0];

    /// <summary>The CA, PEM.</summary>
    public string Ca => File.ReadAllText(caCertificatePath);

    /// <summary>The variables that every SDK reads, for a shell.</summary>
    public string Env => new ChildEnvironment(emulator.GetAwsEnvironment()).Format(ExportFormat.Bash);

    /// <summary>A shared credentials file ("Configuration and credential file settings", AWS CLI User Guide).</summary>
    public string AwsCredentials => $"[default]\naws_access_key_id = {_principal.AccessKeyId}\n"
        + $"aws_secret_access_key = {_principal.SecretAccessKey}\n"
        + (_principal.SessionToken is { } token ? $"aws_session_token = {token}\n" : "");

    /// <summary>A shared config file, from the same source.</summary>
    public string AwsConfig => $"[default]\nregion = {emulator.Region}\n";

    /// <summary>The CA for Java, PKCS #12 without a password.</summary>
    public byte[] TrustStore => File.ReadAllBytes(JavaTrustStore.WriteBeside(caCertificatePath));

    /// <summary>
    /// What a container's credentials provider reads ("Container credential provider", AWS SDKs and Tools Reference Guide).
    /// </summary>
    public string ContainerCredentials(DateTimeOffset now) => JsonSerializer.Serialize(new
    {
        RoleArn = _principal.Arn,
        _principal.AccessKeyId,
        _principal.SecretAccessKey,
        Token = _principal.SessionToken,
        Expiration = (now + CredentialsLife).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    }) + "\n";

    /// <summary>Writes them for whoever mounts the folder, each in one step.</summary>
    public void WriteTo(string folder)
    {
        // Clients in other containers run as other users.
        PrivateFile.Replace(Path.Combine(folder, "ca.pem"), Ca, readableByOthers: true);
        PrivateFile.Replace(Path.Combine(folder, "credentials"), AwsCredentials, readableByOthers: true);
        PrivateFile.Replace(Path.Combine(folder, "config"), AwsConfig, readableByOthers: true);
        PrivateFile.Replace(Path.Combine(folder, "env"), Env, readableByOthers: true);
        var store = Path.Combine(folder, "truststore.p12");
        File.WriteAllBytes($"{store}.new", TrustStore);
        File.Move($"{store}.new", store, overwrite: true);
    }
}
