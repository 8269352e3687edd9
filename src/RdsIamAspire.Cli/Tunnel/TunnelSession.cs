using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using RdsIamAspire.Cli.IamLogin;
using RdsIamAspire.Cli.MySqlProtocol;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>
/// One client: logged in here with the tunnel's own password or none, at the server with a token over verified TLS, and from then on bytes.
/// </summary>
/// <remarks>
/// The server is greeted first and its greeting passed on with a scramble of the tunnel's own: version, connection id (so that KILL works), character set and
/// capabilities are the server's. The login at the server has the client's own flags, so what follows is what the client expects.
/// </remarks>
internal sealed class TunnelSession(Stream clientStream, DatabaseTarget target, ServerTrust trust, RdsAuthTokenSource tokens, LocalPassword password, Action<string> say)
{
    private const int BufferSize = 64 * 1024;

    // A login takes a few round trips; whoever needs longer has gone, and must not hold one of the server's connections.
    private static readonly TimeSpan LoginPatience = TimeSpan.FromSeconds(30);

    private readonly PacketStream _client = new(clientStream);
    private readonly byte[] _scramble = LocalPassword.NewScramble();
    private ChangeUserExchange? _exchange;

    /// <summary>Serves the client until either side closes.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LoginPatience);
        var server = await ConnectAsync(patience.Token, cancellationToken);
        if (server is null)
            return;
        await using (server)
        {
            if (await LogInAsync(server, patience.Token) is not { } login)
                return;
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            // Whichever side ends first ends the other.
            var both = new[] { FromServerAsync(server.Stream, ended.Token), FromClientAsync(server.Stream, login, ended.Token) };
            var first = await Task.WhenAny(both);
            await ended.CancelAsync();
            await Task.WhenAll(both.Select(one => one.ContinueWith(static _ => { }, TaskScheduler.Default)));
            await first;
        }
    }

    /// <summary>A connection to the server that has greeted; null when there is none, which the client was told.</summary>
    private async Task<ServerConnection?> ConnectAsync(CancellationToken patience, CancellationToken cancellationToken)
    {
        ServerConnection? server = null;
        try
        {
            server = await ServerConnection.DialAsync(target.Dialled, patience);
            if (await server.ReadGreetingAsync(patience) is not { } refused)
                return server;
            await RefuseAsync(refused, inPlaceOfGreeting: true, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException or MySqlProtocolException)
        {
            await RefuseAsync(TunnelError.CannotConnect($"{target.Dialled} cannot be reached: {e.Message}"), inPlaceOfGreeting: true, cancellationToken);
        }

        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await RefuseAsync(TunnelError.CannotConnect($"{target.Dialled} did not answer within {TokenReport.Span(LoginPatience)}"), inPlaceOfGreeting: true, cancellationToken);
        }

        if (server is not null)
            await server.DisposeAsync();
        return null;
    }

    /// <summary>Logs the client in, here and at the server; null when it was refused, which it was told.</summary>
    private async Task<LoginRequest?> LogInAsync(ServerConnection server, CancellationToken cancellationToken)
    {
        // TLS would be this machine with itself; compression and further factors would stand between the bytes.
        const Capabilities NotOffered = Capabilities.Ssl | Capabilities.Compress | Capabilities.ZstdCompression | Capabilities.MultiFactor;
        var greeting = server.Greeting with
        {
            Scramble = _scramble,
            AuthPlugin = AuthPlugin.CachingSha2,
            Capabilities = (server.Greeting.Capabilities & ~NotOffered) | Capabilities.PluginAuth | Capabilities.PluginAuthLengthEncoded | Capabilities.SecureConnection,
        };
        await _client.WriteAsync(greeting.Write(), cancellationToken);
        LoginRequest login;
        try
        {
            login = LoginRequest.Read(await _client.ReadAsync(cancellationToken));
        }
        catch (MySqlProtocolException e)
        {
            await RefuseAsync(TunnelError.BadHandshake(e.Message), false, cancellationToken);
            return null;
        }

        if (await CheckAsync(login.User, login.AuthPlugin, login.AuthResponse, alwaysSwitch: false, cancellationToken) is not { } fastAuth)
            return null;
        LoginOutcome outcome;
        try
        {
            await server.StartTlsAsync(target.SignFor, trust, login, cancellationToken);
            outcome = await server.LoginAsync(login, token => tokens.GetTokenAsync(target.TokenRequest, token), cancellationToken);
        }
        catch (RdsAuthTokenException e)
        {
            await RefuseAsync(TunnelError.NoToken(e.Message), false, cancellationToken);
            return null;
        }
        catch (CertificateException e)
        {
            await RefuseAsync(TunnelError.CannotConnect($"the certificate of {target.Dialled} is not accepted for '{target.SignFor.Host}' ({e.Problem.Fault}; it is for {string.Join(", ", e.Problem.Names)})"), false, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or MySqlProtocolException)
        {
            await RefuseAsync(TunnelError.CannotConnect($"{target.Dialled}: {e.Message}"), false, cancellationToken);
            return null;
        }

        switch (outcome)
        {
            case LoginOutcome.LoggedIn { Ok: var ok }:
                if (fastAuth)
                    await _client.WriteAsync(AuthMoreData.FastAuthSuccess, cancellationToken);
                await _client.WriteAsync(ok, cancellationToken);
                return login;
            case LoginOutcome.Refused { Error: var error }:
                if (error.Code == ErrorPacket.AccessDenied)
                    tokens.Invalidate(target.TokenRequest);
                await RefuseAsync(error, false, cancellationToken);
                return null;
            default:
                await RefuseAsync(TunnelError.NotIam(target.User), false, cancellationToken);
                return null;
        }
    }

    /// <summary>
    /// Checks what the client proves to the tunnel. Null when it was refused, which it was told; else whether its plugin expects a word more before the OK.
    /// </summary>
    private async Task<bool?> CheckAsync(byte[] user, string plugin, byte[] answer, bool alwaysSwitch, CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetString(user);
        if (!string.Equals(name, target.User, StringComparison.Ordinal))
        {
            await RefuseAsync(TunnelError.WrongUser(name, target.User), false, cancellationToken);
            return null;
        }

        if (alwaysSwitch || plugin is not (AuthPlugin.CachingSha2 or AuthPlugin.NativePassword))
        {
            plugin = AuthPlugin.CachingSha2;
            await _client.WriteAsync(new AuthSwitchRequest(plugin, [.. _scramble, 0]).Write(), cancellationToken);
            answer = await _client.ReadAsync(cancellationToken);
        }

        if (!password.Accepts(plugin, answer, _scramble))
        {
            await RefuseAsync(TunnelError.WrongPassword(name), false, cancellationToken);
            return null;
        }

        // A client without a password sends nothing, or a NUL, and waits for the OK alone.
        return plugin == AuthPlugin.CachingSha2 && answer.Length > 1;
    }

    private async Task FromServerAsync(Stream server, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[BufferSize];
            int count;
            while ((count = await server.ReadAsync(buffer, cancellationToken)) > 0)
            {
                ReadOnlyMemory<byte> bytes = buffer.AsMemory(0, count);
                if (Volatile.Read(ref _exchange) is { Done.IsCompleted: false } exchange)
                    bytes = await exchange.FeedAsync(bytes);
                if (!bytes.IsEmpty)
                    await clientStream.WriteAsync(bytes, cancellationToken);
            }
        }
        finally
        {
            _exchange?.Abandon();
        }
    }

    private async Task FromClientAsync(Stream server, LoginRequest login, CancellationToken cancellationToken)
    {
        var scanner = new CommandScanner();
        var buffer = new byte[BufferSize];
        var held = 0;
        while (await clientStream.ReadAsync(buffer.AsMemory(held), cancellationToken) is var count and > 0)
        {
            held += count;
            var (pass, changeUser) = scanner.Scan(buffer.AsSpan(0, held));
            if (pass > 0)
                await server.WriteAsync(buffer.AsMemory(0, pass), cancellationToken);
            held -= pass;
            buffer.AsSpan(pass, held).CopyTo(buffer);
            if (!changeUser)
                continue;

            // A client waits for the answer: nothing but the command itself can stand in the buffer.
            var header = PacketHeader.Read(buffer);
            var packet = new byte[PacketHeader.Size + header.Length];
            if (held > packet.Length || header.Length > BufferSize)
                return;
            buffer.AsSpan(0, held).CopyTo(packet);
            await clientStream.ReadExactlyAsync(packet.AsMemory(held), cancellationToken);
            held = 0;
            scanner.Skip(header);
            if (!await ChangeUserAsync(server, ChangeUserRequest.Read(packet.AsSpan(PacketHeader.Size), login.Capabilities), login.Charset, cancellationToken))
                return;
        }
    }

    private async Task<bool> ChangeUserAsync(Stream server, ChangeUserRequest request, byte charset, CancellationToken cancellationToken)
    {
        _client.NextSequence = 1;
        // Clients begin it without an answer and wait for a scramble, as from a server.
        if (await CheckAsync(request.User, request.AuthPlugin, request.AuthResponse, alwaysSwitch: true, cancellationToken) is not { } fastAuth)
            return false;
        RdsAuthToken token;
        try
        {
            token = await tokens.GetTokenAsync(target.TokenRequest, cancellationToken);
        }
        catch (RdsAuthTokenException e)
        {
            await RefuseAsync(TunnelError.NoToken(e.Message), false, cancellationToken);
            return false;
        }

        var exchange = new ChangeUserExchange(server, _client, token, fastAuth, cancellationToken);
        Volatile.Write(ref _exchange, exchange);
        await exchange.BeginAsync(request with { AuthResponse = [], AuthPlugin = AuthPlugin.Unlikely, Charset = request.Charset ?? charset });
        return await exchange.Done.WaitAsync(cancellationToken);
    }

    private async Task RefuseAsync(ErrorPacket error, bool inPlaceOfGreeting, CancellationToken cancellationToken)
    {
        say(error.ToString());
        await _client.WriteAsync(error.Write(withState: !inPlaceOfGreeting), cancellationToken);
    }
}
