using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire.TestSupport.Ways;

/// <summary>A real sshd on loopback, and an <c>ssh</c> that knows its key and logs in to it as whoever runs the test.</summary>
public sealed class SshServer : IAsyncDisposable
{
    private static readonly string? Sshd = Find("sshd");
    private readonly string _folder = Directory.CreateTempSubdirectory("rds-iam-sshd-").FullName;
    private Process? _server;

    private SshServer()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        Port = ((IPEndPoint)free.LocalEndpoint).Port;
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>A folder to put before the PATH.</summary>
    public string Programs => Path.Combine(_folder, "bin");

    /// <summary>The file of keys that may log in.</summary>
    public string AuthorizedKeys => Path.Combine(_folder, "authorized_keys");

    /// <summary>Starts one; skips the test where there is none.</summary>
    /// <param name="knowsHost">Whether the client has accepted the server's key.</param>
    /// <param name="mayLogIn">Whether the client's key may log in.</param>
    public static async Task<SshServer> StartAsync(bool knowsHost = true, bool mayLogIn = true)
    {
        Assert.SkipWhen(Sshd is null || Find("ssh") is null, "there is no sshd on this machine (apt install openssh-server)");
        var server = new SshServer();
        await server.WriteAsync(knowsHost, mayLogIn);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the server, on its port.</summary>
    public async Task StartAgainAsync()
    {
        _server = Process.Start(new ProcessStartInfo(Sshd!, ["-D", "-e", "-f", Path.Combine(_folder, "sshd_config")])
        {
            RedirectStandardError = true,
        })!;
        _ = _server.StandardError.ReadToEndAsync();
        await TestServer.EventuallyAsync(async () =>
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, "sshd listens");
    }

    /// <summary>Ends the server with every session.</summary>
    public async Task StopAsync()
    {
        if (_server is null)
            return;
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WriteAsync(bool knowsHost, bool mayLogIn)
    {
        foreach (var key in (string[])["host", "client"])
        {
            using var made = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(_folder, key)]);
            await made.WaitForExitAsync();
        }

        // A server that root starts wants this folder.
        if (Environment.UserName == "root")
            Directory.CreateDirectory("/run/sshd");
        var client = await File.ReadAllTextAsync(Path.Combine(_folder, "client.pub"));
        await File.WriteAllTextAsync(AuthorizedKeys, mayLogIn ? client : "");
        var host = (await File.ReadAllTextAsync(Path.Combine(_folder, "host.pub"))).Split(' ');
        await File.WriteAllTextAsync(Path.Combine(_folder, "known_hosts"),
            knowsHost ? string.Create(CultureInfo.InvariantCulture, $"[127.0.0.1]:{Port} {host[0]} {host[1]}\n") : "");
        await File.WriteAllTextAsync(Path.Combine(_folder, "sshd_config"), string.Create(CultureInfo.InvariantCulture, $"""
            ListenAddress 127.0.0.1
            Port {Port}
            HostKey {_folder}/host
            AuthorizedKeysFile {AuthorizedKeys}
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin yes

            """));
        await File.WriteAllTextAsync(Path.Combine(_folder, "ssh_config"), $"""
            Host *
                IdentityFile {_folder}/client
                IdentityAgent none
                GlobalKnownHostsFile /dev/null
                UserKnownHostsFile {_folder}/known_hosts

            """);
        Directory.CreateDirectory(Programs);
        var ssh = Path.Combine(Programs, "ssh");
        await File.WriteAllTextAsync(ssh, $"#!/bin/sh\nexec {Find("ssh")} -F {_folder}/ssh_config \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(ssh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/usr/local/sbin"])
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
