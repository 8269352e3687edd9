using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire.Benchmarks.Connections;

/// <summary>
/// The least that a hop can cost: a process of its own that copies bytes between two sockets, two threads that block for each connection,
/// and knows nothing of TLS.
/// </summary>
internal sealed class ByteRelay : IDisposable
{
    /// <summary>The argument that makes this program one; the port that it leads to follows.</summary>
    public const string Argument = "--byte-relay";

    private readonly Process _process;

    private ByteRelay(Process process, int port) => (_process, Port) = (process, port);

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    public static async Task<ByteRelay> StartAsync(int leadsTo, CancellationToken cancellationToken)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Argument, $"{leadsTo}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return new ByteRelay(process, int.Parse(line ?? "", CultureInfo.InvariantCulture));
    }

    /// <summary>What the other process does: it ends with its standard input.</summary>
    public static async Task<int> RunAsync(int leadsTo)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(1000);
        Start(() =>
        {
            while (true)
            {
                var client = listener.AcceptSocket();
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = client.NoDelay = true };
                server.Connect(IPAddress.Loopback, leadsTo);
                Start(() => Copy(client, server));
                Start(() => Copy(server, client));
            }
        });
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    private static void Start(ThreadStart work) => new Thread(work, 256 * 1024) { IsBackground = true }.Start();

    private static void Copy(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (from.Receive(buffer) is > 0 and var count)
            {
                for (var sent = 0; sent < count;)
                    sent += to.Send(buffer.AsSpan(sent, count - sent));
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
