using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire.Emulator;

/// <summary>
/// A cluster's endpoint: a port that stays, behind which the server changes, as behind the name of an Aurora endpoint. It passes bytes on
/// and reads none of them.
/// </summary>
internal sealed class EndpointForwarder : IAsyncDisposable
{
    private const int BufferSize = 16 * 1024;

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    private static readonly EmulatorEndpoint Nowhere = new("127.0.0.1", 1);

    private readonly TcpListener _listener;
    private readonly Lock _gate = new();
    private readonly List<(TcpListener Listener, Task Accepting)> _more = [];
    private readonly ConcurrentDictionary<Session, byte> _sessions = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private volatile EmulatorEndpoint _target;
    private volatile TaskCompletionSource _open;

    private sealed record Session(EmulatorEndpoint Target, CancellationTokenSource Over);

    /// <param name="address">Where it listens.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="target">The server behind it; null for one that is named later: until then connections wait.</param>
    /// <exception cref="LocalMySqlServerException">The port is in use.</exception>
    public EndpointForwarder(IPAddress address, int port, EmulatorEndpoint? target)
    {
        _target = target ?? Nowhere;
        _open = target is null ? Closed() : Opened();
        _listener = Start(address, port);
        _accepting = AcceptAsync(_listener);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Listens at another address too, at a free port of it, until the end.</summary>
    /// <returns>The port.</returns>
    public int Listen(IPAddress address)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
            var listener = Start(address, 0);
            _more.Add((listener, AcceptAsync(listener)));
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }

    /// <summary>New connections wait from now on, until <see cref="Release"/>.</summary>
    public void Hold()
    {
        // Those that wait already wait for the one that is there.
        if (_open is { Task.IsCompleted: true } open)
            Interlocked.CompareExchange(ref _open, Closed(), open);
    }

    /// <summary>New connections, and those that wait, go to this server.</summary>
    /// <param name="target">The server.</param>
    /// <param name="endOthers">Whether sessions with another server are ended, as when it is restarted.</param>
    public void Release(EmulatorEndpoint target, bool endOthers)
    {
        _target = target;
        _open.TrySetResult();
        foreach (var session in _sessions.Keys.Where(session => endOthers && session.Target != target))
            session.Over.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_ending.IsCancellationRequested)
                return;
            _ending.Cancel();
        }

        _open.TrySetResult();
        foreach (var (listener, accepting) in _more.Prepend((_listener, _accepting)))
        {
            listener.Stop();
            await accepting.ConfigureAwait(false);
        }

        _ending.Dispose();
    }

    private static TcpListener Start(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new LocalMySqlServerException(
                LocalMySqlServerProblem.PortInUse,
                $"Port {port} is in use on this machine; end what listens there, choose another port, or leave it out for a free one.",
                e);
        }
    }

    private static TaskCompletionSource Closed() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptSocketAsync(_ending.Token).ConfigureAwait(false), _ending.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The end, or a client that was gone before it was taken.
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken ending)
    {
        using var _ = client;
        try
        {
            await _open.Task.WaitAsync(ending).ConfigureAwait(false);
            var target = _target;
            using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using (var patience = CancellationTokenSource.CreateLinkedTokenSource(ending))
            {
                patience.CancelAfter(ConnectPatience);
                await server.ConnectAsync(target.Host, target.Port, patience.Token).ConfigureAwait(false);
            }

            client.NoDelay = server.NoDelay = true;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
            var session = new Session(target, over);
            _sessions[session] = 0;
            try
            {
                // A session that was opened while the target changed is one of the old server's.
                if (_target == target || !_open.Task.IsCompleted)
                    await PassAsync(client, server, over).ConfigureAwait(false);
            }
            finally
            {
                _sessions.TryRemove(session, out byte gone);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client or the server is gone, or it is the end: the other side sees its connection close.
        }
    }

    // Until one side is done. Reads that are still under way are cancelled first: a socket that is closed under one is reset, and the other
    // side would see that in place of an orderly end.
    private static async Task PassAsync(Socket client, Socket server, CancellationTokenSource over)
    {
        using var near = new NetworkStream(client);
        using var far = new NetworkStream(server);
        Task[] passing = [near.CopyToAsync(far, BufferSize, over.Token), far.CopyToAsync(near, BufferSize, over.Token)];
        await Task.WhenAny(passing).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(passing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        client.Shutdown(SocketShutdown.Both);
        server.Shutdown(SocketShutdown.Both);
    }
}
