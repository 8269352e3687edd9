using System.Collections.Concurrent;
using System.Net.Sockets;
using RdsIamAspire.Tunnel.Protocol;
using RdsIamAspire.Tunnel.Sessions;

namespace RdsIamAspire.Tunnel.Listening;

/// <summary>Takes clients from listening sockets, gives each its session, and ends them.</summary>
#pragma warning disable CA1001 // Sources without a timer or a wait handle hold nothing to free, and may be cancelled late.
internal sealed class SessionSet(TunnelDesk desk, Action changed)
#pragma warning restore CA1001
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AfterFailedAccept = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<TunnelSession, Task> _sessions = new();
    private readonly ConcurrentBag<Task> _accepting = [];
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _cut = new();

    /// <summary>What its sessions share.</summary>
    public TunnelDesk Desk => desk;

    /// <summary>How many clients are logged in.</summary>
    public int Open => _sessions.Keys.Count(session => session.IsOpen);

    /// <summary>How many clients there are, logged in or not.</summary>
    public int Held => _sessions.Count;

    /// <summary>Takes clients from a socket that listens, until the set closes.</summary>
    public void TakeFrom(Socket listening) => _accepting.Add(Task.Run(() => AcceptAsync(listening)));

    /// <summary>
    /// Takes no more clients, ends each session once its client waits for nothing, and cuts those that are left when the time is over or
    /// the wait is cancelled.
    /// </summary>
    /// <returns>How many were cut.</returns>
    public async Task<int> DrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_accepting).ConfigureAwait(false);
        var began = desk.Time.GetTimestamp();
        while (!_sessions.IsEmpty && desk.Time.GetElapsedTime(began) < patience && !cancellationToken.IsCancellationRequested)
        {
            foreach (var session in _sessions.Keys)
                session.EndIfIdle();
            await Task.Delay(BetweenLooks, desk.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var left = _sessions.Values.ToArray();
        await _cut.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(left).ConfigureAwait(false);
        return left.Length;
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                Serve(await listening.AcceptAsync(_closed.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return; // closed while it waited
            }
            catch (SocketException e)
            {
                // Too many open files, or a client that was gone before it was taken: the next may fare better.
                desk.Log.LetGo(null, e.Message);
                await Task.Delay(AfterFailedAccept, desk.Time, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Serve(Socket client)
    {
        var peer = client.RemoteEndPoint;
        var session = new TunnelSession(new NetworkStream(client, ownsSocket: true), peer, desk);
        var begin = new TaskCompletionSource();
        // In the set before it runs, so that it cannot be missed when it ends at once.
        _sessions[session] = RunAsync();
        begin.SetResult();

        async Task RunAsync()
        {
            await begin.Task.ConfigureAwait(false);
            try
            {
                if (client.ProtocolType == ProtocolType.Tcp)
                    client.NoDelay = true;
                await session.RunAsync(changed, _cut.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client has gone, or the tunnel is ending: nobody is left to be told.
            }
            catch (MySqlProtocolException e)
            {
                desk.Log.LetGo(peer, e.Message);
            }
            finally
            {
                client.Dispose();
                _sessions.TryRemove(session, out _);
                if (session.IsOpen)
                    changed();
            }
        }
    }
}
