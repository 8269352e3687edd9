using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using RdsIamAspire.Cli.IamLogin;
using RdsIamAspire.Cli.MySqlProtocol;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>Takes clients on a local address and gives each its session.</summary>
internal sealed class TunnelListener(DatabaseTarget target, ServerTrust trust, RdsAuthTokenSource tokens, LocalPassword password, Action<string> say)
{
    private readonly ConcurrentDictionary<Task, byte> _sessions = new();

    /// <summary>Serves until it is cancelled; then every session ends.</summary>
    /// <param name="address">Where to listen; port 0 takes a free one.</param>
    /// <param name="listening">Told the address once clients can come.</param>
    /// <param name="cancellationToken">Ends the tunnel.</param>
    public async Task RunAsync(IPEndPoint address, Action<IPEndPoint> listening, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(address);
        listener.Start();
        listening((IPEndPoint)listener.LocalEndpoint);
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(cancellationToken);
                var session = ServeAsync(client, cancellationToken);
                _sessions.TryAdd(session, 0);
                _ = session.ContinueWith(ended => _sessions.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(_sessions.Keys);
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await new TunnelSession(client.GetStream(), target, trust, tokens, password, say).RunAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client has gone, or the tunnel is ending: nobody is left to be told.
            }
            catch (MySqlProtocolException e)
            {
                say($"a client was let go: {e.Message}");
            }
        }
    }
}
