using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire.TestSupport;

/// <summary>Carries connections to a port of this machine, from an address of its own.</summary>
public sealed class SourceRelay : IAsyncDisposable
{
    private readonly IPAddress _from;
    private readonly int _to;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public SourceRelay(IPAddress from, int to)
    {
        (_from, _to) = (from, to);
        _listener.Start(1024);
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var carried = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                carried.RemoveAll(task => task.IsCompleted);
                carried.Add(CarryAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }

        await Task.WhenAll(carried);
    }

    private async Task CarryAsync(Socket client)
    {
        try
        {
            using var accepted = client;
            using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            server.Bind(new IPEndPoint(_from, 0));
            await server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _to), _stop.Token);
            await using var near = new NetworkStream(client);
            await using var far = new NetworkStream(server);
            // Whichever side ends ends both, in order: a socket that is closed under a pending read resets the connection, and what the
            // server said last may be lost.
            var (up, down) = (near.CopyToAsync(far, _stop.Token), far.CopyToAsync(near, _stop.Token));
            var last = await Task.WhenAny(up, down) == down ? client : server;
            last.Shutdown(SocketShutdown.Send);
            await Task.WhenAll(up, down).WaitAsync(TimeSpan.FromSeconds(5), _stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or TimeoutException)
        {
        }
    }
}
