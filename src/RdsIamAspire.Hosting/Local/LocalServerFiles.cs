using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>The files of one local server: its CA and certificate, and the plugin's library. Their folder is for this user alone.</summary>
/// <remarks>
/// The folder goes with the AppHost; what an AppHost that was killed has left behind goes with the next start. A container that outlives
/// its AppHost keeps its files, since the next AppHost has to verify the certificate that it runs with.
/// </remarks>
internal sealed class LocalServerFiles : IDisposable
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly Lazy<Folder> _folder;

    /// <param name="names">The names and addresses that clients dial.</param>
    /// <param name="keptAs">
    /// Names the server from one run to the next where its container outlives the AppHost; asked once, when the files are first needed.
    /// </param>
    internal LocalServerFiles(IReadOnlyList<string> names, Func<string?> keptAs)
    {
        _folder = new(() => keptAs() is { } key ? Keep(key, names) : Write(names));
    }

    internal string CaCertificatePath => this["ca.pem"];

    internal string ServerCertificatePath => this["server-cert.pem"];

    internal string ServerKeyPath => this["server-key.pem"];

    internal string PluginPath => this[EmulatorPlugin.FileName];

    private string this[string name] => Path.Combine(_folder.Value.Path, name);

    public void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            _folder.Value.Run?.Dispose();
        }
    }

    private static Folder Write(IReadOnlyList<string> names)
    {
        RunFolder.SweepLeftovers();
        var run = RunFolder.Create();
        WriteTo(run.Path, names);
        return new(run.Path, run);
    }

    private static Folder Keep(string key, IReadOnlyList<string> names)
    {
        var path = CacheFolder.Open(Path.Combine("servers", CacheFolder.Key([key, .. names])));
        if (!IsGood(path))
        {
            WriteTo(path, names);
        }

        return new(path, null);
    }

    private static bool IsGood(string path)
    {
        try
        {
            using var certificate =
                X509Certificate2.CreateFromPemFile(Path.Combine(path, "server-cert.pem"), Path.Combine(path, "server-key.pem"));
            return certificate.NotAfter - DateTime.Now > RenewBefore
                && File.Exists(Path.Combine(path, "ca.pem"))
                && File.ReadAllBytes(Path.Combine(path, EmulatorPlugin.FileName))
                    .AsSpan()
                    .SequenceEqual(EmulatorPlugin.GetLibrary(RuntimeInformation.OSArchitecture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }

    private static void WriteTo(string folder, IReadOnlyList<string> names)
    {
        using var authority = EmulatorCertificateAuthority.Create();
        var certificate = authority.CreateServerCertificate(names);
        PrivateFile.Replace(Path.Combine(folder, "server-key.pem"), certificate.PrivateKeyPem);
        PrivateFile.Replace(Path.Combine(folder, "server-cert.pem"), certificate.CertificatePem);
        File.WriteAllBytes(Path.Combine(folder, EmulatorPlugin.FileName), EmulatorPlugin.GetLibrary(RuntimeInformation.OSArchitecture));
        authority.WriteTo(Path.Combine(folder, "ca.pem"));
    }

    /// <summary>A folder, and what deletes it; a kept one has nothing that does.</summary>
    private sealed record Folder(string Path, RunFolder? Run);
}
