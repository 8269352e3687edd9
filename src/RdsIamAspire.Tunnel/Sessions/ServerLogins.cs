using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using RdsIamAspire.Tunnel.Logins;
using RdsIamAspire.Tunnel.Protocol;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Tunnel.Sessions;

/// <summary>How a login at the server went.</summary>
internal abstract record ServerLogin
{
    /// <summary>Logged in; the caller has the connection.</summary>
    /// <param name="Connection">The connection.</param>
    /// <param name="Ok">The server's last packet, as it is.</param>
    public sealed record Open(ServerConnection Connection, byte[] Ok) : ServerLogin;

    /// <summary>Not logged in; nothing is left open.</summary>
    /// <param name="Error">What the client is to be told.</param>
    /// <param name="Reason">What it counts as.</param>
    public sealed record Failed(ErrorPacket Error, RefusalReason Reason) : ServerLogin;
}

/// <summary>
/// Logs in at the server with a token over verified TLS. The token is there before the server is dialled, and a connection that was
/// dialled is logged in or refused by the server: none is left half-way, which MySQL would count against this machine
/// (max_connect_errors).
/// </summary>
internal sealed class ServerLogins(TunnelTarget target, Func<RdsAuthTokenSource> tokens, TimeProvider time)
{
    // A login takes a few round trips; whoever needs longer has gone, and must not hold one of the server's connections.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly LoginRequest Nobody = new()
    {
        Capabilities = Capabilities.Protocol41 | Capabilities.SecureConnection | Capabilities.PluginAuth,
        MaxPacketSize = 1 << 24,
        Charset = 255, // utf8mb4_0900_ai_ci
        User = [],
    };

    private readonly Lock _lock = new();
    private Greeting? _greeting;
    private Task<ServerLogin.Failed?>? _introduction;
    private long _lastSuccess;

    /// <summary>What the server greeted with last; null before the first time.</summary>
    public Greeting? Greeting => Volatile.Read(ref _greeting);

    /// <summary>The server's greeting as it was last seen; the first time the server is visited for it, with a whole login.</summary>
    /// <returns>The greeting, or why there is none.</returns>
    public async ValueTask<(Greeting? Greeting, ServerLogin.Failed? Failed)> IntroduceAsync(CancellationToken cancellationToken)
    {
        if (Greeting is { } known)
            return (known, null);
        Task<ServerLogin.Failed?> introduction;
        lock (_lock)
            introduction = _introduction is { IsCompleted: false } running ? running : _introduction = TryAsync(CancellationToken.None);
        var failed = await introduction.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Greeting is { } greeting ? (greeting, null) : (null, failed);
    }

    /// <summary>Logs in and takes leave.</summary>
    /// <returns>Why it does not work; null when it does.</returns>
    public async Task<ServerLogin.Failed?> TryAsync(CancellationToken cancellationToken)
    {
        var login = Nobody with { User = Encoding.UTF8.GetBytes(target.User) };
        switch (await LogInAsync(login, cancellationToken).ConfigureAwait(false))
        {
            case ServerLogin.Open open:
                await using (open.Connection.ConfigureAwait(false))
                    await open.Connection.QuitAsync().ConfigureAwait(false);
                return null;
            case var other:
                return (ServerLogin.Failed)other;
        }
    }

    /// <summary>Logs in as a client asks.</summary>
    /// <param name="login">The client's flags, character set, database and attributes.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<ServerLogin> LogInAsync(LoginRequest login, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await LogInPatientlyAsync(login, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unreachable($"{target.Dialled} did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    private async Task<ServerLogin> LogInPatientlyAsync(LoginRequest login, CancellationToken cancellationToken)
    {
        var renewed = false;
        for (var tried = 1; ; tried++)
        {
            RdsAuthToken token;
            try
            {
                token = await tokens().GetTokenAsync(target.TokenRequest, cancellationToken).ConfigureAwait(false);
            }
            catch (RdsAuthTokenException e)
            {
                return new ServerLogin.Failed(TunnelError.NoToken(e.Message), RefusalReason.NoToken);
            }

            var (result, refused) = await LogInOnceAsync(login, token, cancellationToken).ConfigureAwait(false);
            if (result is ServerLogin.Open)
                Volatile.Write(ref _lastSuccess, time.GetTimestamp());
            if (refused is null)
                return result;
            TimeSpan? sinceSuccess = Volatile.Read(ref _lastSuccess) is var last and not 0 ? time.GetElapsedTime(last) : null;
            var decision = ServerLoginRetry.After(refused, time.GetUtcNow() - token.IssuedAt, renewed, tried, sinceSuccess);
            if (!decision.Again)
                return tried >= ServerLoginRetry.Tries && sinceSuccess is { } since
                    ? new ServerLogin.Failed(TunnelError.RefusedAfterSuccess(refused, since), RefusalReason.Server)
                    : result;
            if (decision.RenewToken)
            {
                renewed = true;
                tokens().Invalidate(target.TokenRequest, token);
            }

            await Task.Delay(decision.Delay, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>The result, and the server's refusal of the token where it was that.</returns>
    private async Task<(ServerLogin Result, ErrorPacket? Refused)> LogInOnceAsync(
        LoginRequest login, RdsAuthToken token, CancellationToken cancellationToken)
    {
        ServerConnection? server = null;
        try
        {
            server = await ServerConnection.DialAsync(target.Dialled, target.Way, cancellationToken).ConfigureAwait(false);
            if (await server.ReadGreetingAsync(cancellationToken).ConfigureAwait(false) is { } full)
                return (new ServerLogin.Failed(full, RefusalReason.Server), null);
            Volatile.Write(ref _greeting, server.Greeting);
            await server.StartTlsAsync(target.SignFor, target.Trust, login, cancellationToken).ConfigureAwait(false);
            var outcome = await server.LoginAsync(login, _ => ValueTask.FromResult(token), cancellationToken).ConfigureAwait(false);
            switch (outcome)
            {
                case LoginOutcome.LoggedIn { Ok: var ok }:
                    var open = new ServerLogin.Open(server, ok);
                    server = null;
                    return (open, null);
                case LoginOutcome.Refused { Error: var error, TokenWasAskedFor: var asked }:
                    return (new ServerLogin.Failed(error, RefusalReason.Server), asked ? error : null);
                default:
                    return (new ServerLogin.Failed(TunnelError.NotIam(target.User), RefusalReason.NotIam), null);
            }
        }
        catch (CertificateException e)
        {
            var why = $"the certificate of {target.Dialled} is not accepted for '{target.SignFor.Host}' "
                + $"({e.Problem.Fault}; it is for {string.Join(", ", e.Problem.Names)})";
            return (new ServerLogin.Failed(TunnelError.CannotConnect(why), RefusalReason.Certificate), null);
        }
        catch (ForwardException e)
        {
            return (Unreachable(e.Line), null);
        }
        catch (Exception e) when (e is SocketException)
        {
            return (Unreachable($"{target.Dialled} cannot be reached: {e.Message}"), null);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or MySqlProtocolException)
        {
            return (Unreachable($"{target.Dialled}: {e.Message}"), null);
        }
        finally
        {
            if (server is not null)
                await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static ServerLogin.Failed Unreachable(string why) => new(TunnelError.CannotConnect(why), RefusalReason.Unreachable);
}
