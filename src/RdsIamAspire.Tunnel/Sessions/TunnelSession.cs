using System.Net;
using RdsIamAspire.Tunnel.Logins;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>
/// One client: logged in here with the tunnel's own password or none, then at the server with a token over verified TLS, and from then on
/// bytes.
/// </summary>
/// <remarks>
/// The client gets the server's greeting as it was last seen, with a scramble and an id of the tunnel's own: so whoever does not log in
/// costs the server nothing. The login at the server has the client's own flags, so what follows is what the client expects; a KILL of the
/// tunnel's id is turned into one of the server's.
/// </remarks>
#pragma warning disable CA1001 // Sources without a timer or a wait handle hold nothing to free, and may be cancelled late.
internal sealed class TunnelSession(Stream clientStream, EndPoint? peer, TunnelDesk desk)
#pragma warning restore CA1001
{
    private static readonly TimeSpan LoginPatience = TimeSpan.FromSeconds(30);

    /// <summary>After this time without a word, an answer of the server's is over.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly PacketStream _client = new(clientStream);
    private readonly CancellationTokenSource _draining = new();
    private volatile SessionRelay? _relay;

    /// <summary>Whether it is past its login.</summary>
    public bool IsOpen => _relay is not null;

    /// <summary>Ends it if the client waits for nothing: no statement runs and no answer is on its way.</summary>
    /// <returns>Whether it ends.</returns>
    public bool EndIfIdle()
    {
        if (_relay is { } relay && !relay.IsIdleFor(Quiet))
            return false;
        _draining.Cancel();
        return true;
    }

    /// <summary>Serves the client until either side closes.</summary>
    /// <param name="opened">Told when the client is logged in.</param>
    /// <param name="cancellationToken">Cuts it.</param>
    public async Task RunAsync(Action opened, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _draining.Token);
        var id = desk.Ids.Next();
        var started = desk.Time.GetTimestamp();
        if (await LogInAsync(id, ending.Token).ConfigureAwait(false) is not var (server, login, door))
            return;
        await using (server.ConfigureAwait(false))
        {
            using var binding = desk.Ids.Bind(id, server.Greeting.ConnectionId);
            TunnelTelemetry.SessionOpened(desk.Target, desk.Time.GetElapsedTime(started));
            var relay = new SessionRelay(clientStream, _client, server.Stream, login, door, desk);
            _relay = relay;
            opened();
            try
            {
                await relay.RunAsync(ending.Token).ConfigureAwait(false);
            }
            finally
            {
                TunnelTelemetry.SessionEnded(desk.Target);
                if (relay.MayQuit)
                    await server.QuitAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Logs the client in, here and then at the server; null when it was refused, which it was told.</summary>
    private async Task<(ServerConnection Server, LoginRequest Login, ClientLogin Door)?> LogInAsync(
        uint id, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LoginPatience);
        var door = new ClientLogin(_client, desk, peer);
        var (greeting, failed) = await desk.Logins.IntroduceAsync(patience.Token).ConfigureAwait(false);
        if (greeting is null)
        {
            await door.RefuseAsync(failed!.Error, failed.Reason, cancellationToken, inPlaceOfGreeting: true).ConfigureAwait(false);
            return null;
        }

        if (await door.WelcomeAsync(greeting, id, patience.Token).ConfigureAwait(false) is not var (login, fastAuth))
            return null;
        switch (await desk.Logins.LogInAsync(login, cancellationToken).ConfigureAwait(false))
        {
            case ServerLogin.Open open:
                try
                {
                    // The server was replaced by another since it was last seen, and cannot do what the client was promised.
                    var promised = login.Capabilities & ClientLogin.Offered(greeting.Capabilities);
                    if ((promised & ~ClientLogin.Offered(open.Connection.Greeting.Capabilities)) != 0)
                    {
                        await open.Connection.QuitAsync().ConfigureAwait(false);
                        await door.RefuseAsync(TunnelError.CannotConnect("the server was exchanged for another version; connect again"),
                            RefusalReason.Server, cancellationToken).ConfigureAwait(false);
                        await open.Connection.DisposeAsync().ConfigureAwait(false);
                        return null;
                    }

                    if (fastAuth)
                        await _client.WriteAsync(AuthMoreData.FastAuthSuccess, cancellationToken).ConfigureAwait(false);
                    await _client.WriteAsync(open.Ok, cancellationToken).ConfigureAwait(false);
                    return (open.Connection, login, door);
                }
                catch
                {
                    await open.Connection.QuitAsync().ConfigureAwait(false);
                    await open.Connection.DisposeAsync().ConfigureAwait(false);
                    throw;
                }

            case ServerLogin.Failed refused:
                await door.RefuseAsync(refused.Error, refused.Reason, cancellationToken).ConfigureAwait(false);
                return null;
            default:
                return null;
        }
    }
}
