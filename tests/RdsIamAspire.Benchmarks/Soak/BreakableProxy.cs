using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire.Benchmarks.Soak;

/// <summary>The network between agent and server: passes bytes on until it is cut.</summary>
internal sealed class BreakableProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _pairs = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly IPEndPoint _server;
    private readonly Task _accepting;
    private volatile bool _down;

    public BreakableProxy(IPEndPoint server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts every connection, and takes no new one until <see cref="Restore"/>.</summary>
    public void Cut()
    {
        _down = true;
        foreach (var (near, far) in _pairs)
        {
            Reset(near);
            Reset(far);
        }
    }

    public void Restore() => _down = false;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var near = await _listener.AcceptTcpClientAsync(_ending.Token);
                if (_down)
                    Reset(near);
                else
                    _ = PassAsync(near);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The end, or a client that was gone before it was taken.
            }
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_server, _ending.Token);
            near.NoDelay = far.NoDelay = true;
            _pairs[near] = far;
            await Task.WhenAny(
                near.GetStream().CopyToAsync(far.GetStream(), _ending.Token),
                far.GetStream().CopyToAsync(near.GetStream(), _ending.Token));
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is away, or it was cut.
        }
        finally
        {
            _pairs.TryRemove(near, out _);
            Reset(near);
            Reset(far);
        }
    }

    private static void Reset(TcpClient client)
    {
        try
        {
            client.LingerState = new LingerOption(true, 0);
            client.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }
    }
}
