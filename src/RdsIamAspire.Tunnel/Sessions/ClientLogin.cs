using System.Net;
using System.Text;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>
/// The client's half of a login: it is greeted, named, and proves the tunnel's password; all that before anything is dialled.
/// </summary>
internal sealed class ClientLogin(PacketStream client, TunnelDesk desk, EndPoint? peer)
{
    // TLS would be this machine with itself; compression and further factors would stand between the bytes.
    private const Capabilities NotOffered =
        Capabilities.Ssl | Capabilities.Compress | Capabilities.ZstdCompression | Capabilities.MultiFactor;

    private readonly byte[] _scramble = LocalPassword.NewScramble();

    /// <summary>The capabilities that clients are offered of a server's.</summary>
    public static Capabilities Offered(Capabilities server) =>
        (server & ~NotOffered) | Capabilities.PluginAuth | Capabilities.PluginAuthLengthEncoded | Capabilities.SecureConnection;

    /// <summary>Greets and checks.</summary>
    /// <param name="server">The server's greeting: version, character set and capabilities are its.</param>
    /// <param name="id">The session's id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>
    /// What the client asked for, and whether its plugin expects a word more before the OK. Null when it was refused, which it was told,
    /// or has gone.
    /// </returns>
    public async Task<(LoginRequest Login, bool FastAuth)?> WelcomeAsync(Greeting server, uint id, CancellationToken cancellationToken)
    {
        var greeting = server with
        {
            ConnectionId = id,
            Scramble = _scramble,
            AuthPlugin = AuthPlugin.CachingSha2,
            Capabilities = Offered(server.Capabilities),
        };
        await client.WriteAsync(greeting.Write(), cancellationToken).ConfigureAwait(false);
        LoginRequest login;
        try
        {
            login = LoginRequest.Read(await client.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (MySqlProtocolException e)
        {
            await RefuseAsync(TunnelError.BadHandshake(e.Message), RefusalReason.BadHandshake, cancellationToken).ConfigureAwait(false);
            return null;
        }

        var fastAuth = await CheckAsync(login.User, login.AuthPlugin, login.AuthResponse, false, cancellationToken).ConfigureAwait(false);
        return fastAuth is { } more ? (login, more) : null;
    }

    /// <summary>
    /// Checks what the client proves to the tunnel. Null when it was refused, which it was told; else whether its plugin expects a word
    /// more before the OK.
    /// </summary>
    public async Task<bool?> CheckAsync(byte[] user, string plugin, byte[] answer, bool alwaysSwitch, CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetString(user);
        if (!string.Equals(name, desk.Target.User, StringComparison.Ordinal))
        {
            var wrong = TunnelError.WrongUser(Printable.Of(name), desk.Target.User);
            await RefuseAsync(wrong, RefusalReason.WrongUser, cancellationToken).ConfigureAwait(false);
            return null;
        }

        if (alwaysSwitch || plugin is not (AuthPlugin.CachingSha2 or AuthPlugin.NativePassword))
        {
            plugin = AuthPlugin.CachingSha2;
            await client.WriteAsync(new AuthSwitchRequest(plugin, [.. _scramble, 0]).Write(), cancellationToken).ConfigureAwait(false);
            answer = await client.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        if (!desk.Password.Accepts(plugin, answer, _scramble))
        {
            var wrong = TunnelError.WrongPassword(Printable.Of(name), desk.WhosePassword);
            await RefuseAsync(wrong, RefusalReason.WrongPassword, cancellationToken).ConfigureAwait(false);
            return null;
        }

        // A client without a password sends nothing, or a NUL, and waits for the OK alone.
        return plugin == AuthPlugin.CachingSha2 && answer.Length > 1;
    }

    /// <summary>Tells the client, the log and the metrics.</summary>
    public async Task RefuseAsync(
        ErrorPacket error, RefusalReason reason, CancellationToken cancellationToken, bool inPlaceOfGreeting = false)
    {
        desk.Refused(peer, error, reason);
        await client.WriteAsync(error.Write(withState: !inPlaceOfGreeting), cancellationToken).ConfigureAwait(false);
    }
}
