using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>TLS streams to a MySQL server that wait for what it says next, in a process of their own.</summary>
internal static class BareStreams
{
    /// <summary>The argument that makes this program one; port and number follow.</summary>
    public const string Argument = "--bare-streams";

    /// <summary>A user without a password.</summary>
    public const string User = "bare";

    /// <summary>Says what each holds, and ends with its standard input.</summary>
    public static async Task<int> RunAsync(int port, int count)
    {
        var kept = new List<(SslStream Stream, Task<int> Wait)>();
        for (var i = 0; i < 20; i++)
            kept.Add(await OpenAsync(port));
        var (managed, resident) = (GC.GetTotalMemory(forceFullCollection: true), Resident());
        for (var i = 0; i < count; i++)
            kept.Add(await OpenAsync(port));
        var (managedThen, residentThen) = (GC.GetTotalMemory(forceFullCollection: true), Resident());
        Console.WriteLine($"{(managedThen - managed) / 1024.0 / count:0.0} KB managed and {(residentThen - resident) / 1024.0 / count:0.0} KB "
            + "resident");
        await Console.In.ReadToEndAsync();
        return kept.Count > count ? 0 : 1;
    }

    /// <summary>What the process has in memory once it has given back what it can.</summary>
    public static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private static async Task<(SslStream Stream, Task<int> Wait)> OpenAsync(int port)
    {
        var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await tcp.ConnectAsync("127.0.0.1", port);
        var stream = new NetworkStream(tcp, ownsSocket: true);
        var packets = new PacketStream(stream);
        await packets.ReadAsync(CancellationToken.None);
        var login = new LoginRequest
        {
            Capabilities = Capabilities.Protocol41 | Capabilities.SecureConnection | Capabilities.PluginAuth | Capabilities.Ssl,
            MaxPacketSize = 1 << 24,
            Charset = 255,
            User = Encoding.ASCII.GetBytes(User),
            AuthPlugin = AuthPlugin.CachingSha2,
        };
        await packets.WriteAsync(new SslRequest(login.WireCapabilities, login.MaxPacketSize, login.Charset).Write(), CancellationToken.None);
#pragma warning disable CA5359 // Nothing secret is sent, and the server is the benchmark's own.
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        });
#pragma warning restore CA5359
        packets = new PacketStream(tls) { NextSequence = packets.NextSequence };
        await packets.WriteAsync(login.Write(), CancellationToken.None);
        if ((await packets.ReadAsync(CancellationToken.None))[0] != 0)
            throw new InvalidOperationException($"The server did not let '{User}' in.");
        return (tls, tls.ReadAsync(Memory<byte>.Empty).AsTask());
    }
}
