using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RdsIamAspire.Cli.Tests;

/// <summary>A real MariaDB that speaks TLS 1.1 and nothing newer, which no MySQL of today does. eng/ci-setup.sh unpacks it.</summary>
internal sealed class OldTlsServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rds-iam-old-tls-");
    private Process? _server;

    private OldTlsServer()
    {
    }

    public int Port { get; private set; }

    public string CaFile => Path.Combine(_folder.FullName, "certificate.pem");

    public static async Task<OldTlsServer> StartAsync(CancellationToken cancellationToken)
    {
        var root = Environment.GetEnvironmentVariable("RDS_IAM_MARIADB");
        Assert.SkipWhen(root is null, "no MariaDB here (eng/ci-setup.sh unpacks one and sets RDS_IAM_MARIADB)");
        var server = new OldTlsServer();
        try
        {
            await server.StartAsync(root!, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            if (!server.HasExited)
                server.Kill();
            await server.WaitForExitAsync();
            server.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    // A port that another took first is tried again with another.
    private async Task StartAsync(string root, CancellationToken cancellationToken)
    {
        WriteCertificate();
        for (var tries = 1; ; tries++)
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Port = ((IPEndPoint)free.LocalEndpoint).Port;
            }

            var ready = Start(root);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromMinutes(3));
            await Task.WhenAny(ready, _server!.WaitForExitAsync(patience.Token)).WaitAsync(patience.Token);
            if (!_server.HasExited)
                return;
            Assert.True(tries < 3, $"MariaDB did not start: {await ready}");
            _server.Dispose();
        }
    }

    private Task<string> Start(string root)
    {
        var data = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        Directory.CreateDirectory(data);
        var start = new ProcessStartInfo($"{root}/usr/sbin/mariadbd",
        [
            "--no-defaults", "--user=root", $"--basedir={root}/usr", $"--lc-messages-dir={root}/usr/share/mysql", $"--datadir={data}",
            $"--tmpdir={data}", "--skip-grant-tables", "--skip-networking=0", "--bind-address=127.0.0.1", $"--port={Port}",
            $"--socket={data}/s", "--innodb-buffer-pool-size=16M", $"--ssl-cert={CaFile}", $"--ssl-key={_folder.FullName}/key.pem",
            "--tls-version=TLSv1.1", "--ssl-cipher=ALL:@SECLEVEL=0",
        ])
        { RedirectStandardError = true };
        var triplet = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
        start.Environment["LD_LIBRARY_PATH"] = $"{root}/usr/lib/{triplet}";
        _server = Process.Start(start)!;
        return ReadUntilReadyAsync(_server.StandardError);
    }

    private static async Task<string> ReadUntilReadyAsync(StreamReader error)
    {
        var said = "";
        while (await error.ReadLineAsync() is { } line)
        {
            said += $"{line}\n";
            if (line.Contains("ready for connections", StringComparison.Ordinal))
            {
                _ = error.BaseStream.CopyToAsync(Stream.Null);
                return said;
            }
        }

        return said;
    }

    private void WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CaFile, certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder.FullName, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
