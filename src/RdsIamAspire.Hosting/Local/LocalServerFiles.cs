using System.Runtime.InteropServices;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The files of one local server in a temporary folder: its CA and certificate, and the plugin's library.</summary>
/// <remarks>The folder is for this user alone and goes with the AppHost.</remarks>
internal sealed class LocalServerFiles : IDisposable
{
    private readonly Lazy<string> _folder;

    /// <param name="serverName">The endpoint's resource name; it is in the folder's name so that a leftover says whose it was.</param>
    /// <param name="names">The names and addresses that clients dial.</param>
    internal LocalServerFiles(string serverName, IReadOnlyList<string> names)
    {
        _folder = new(() => Write(serverName, names));
    }

    internal string CaCertificatePath => Path.Combine(_folder.Value, "ca.pem");

    internal string ServerCertificatePath => Path.Combine(_folder.Value, "server-cert.pem");

    internal string ServerKeyPath => Path.Combine(_folder.Value, "server-key.pem");

    internal string PluginPath => Path.Combine(_folder.Value, EmulatorPlugin.FileName);

    public void Dispose()
    {
        if (_folder.IsValueCreated && Directory.Exists(_folder.Value))
        {
            Directory.Delete(_folder.Value, recursive: true);
        }
    }

    private static string Write(string serverName, IReadOnlyList<string> names)
    {
        var folder = Directory.CreateTempSubdirectory($"rds-iam-{serverName}-").FullName;
        using var authority = EmulatorCertificateAuthority.Create();
        var certificate = authority.CreateServerCertificate(names);
        File.WriteAllText(Path.Combine(folder, "ca.pem"), authority.CertificatePem);
        File.WriteAllText(Path.Combine(folder, "server-cert.pem"), certificate.CertificatePem);
        File.WriteAllText(Path.Combine(folder, "server-key.pem"), certificate.PrivateKeyPem);
        File.WriteAllBytes(Path.Combine(folder, EmulatorPlugin.FileName), EmulatorPlugin.GetLibrary(RuntimeInformation.OSArchitecture));
        return folder;
    }
}
