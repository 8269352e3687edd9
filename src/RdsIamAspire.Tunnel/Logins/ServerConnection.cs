using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RdsIamAspire.Tunnel.Protocol;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Tunnel.Logins;

/// <summary>
/// A connection to a MySQL server up to the end of its login with a token, step by step. The token goes out only over TLS that is verified,
/// and only when the server asks for <c>mysql_clear_password</c>.
/// </summary>
internal sealed class ServerConnection : IAsyncDisposable
{
    private const byte Quit = 0x01; // COM_QUIT

    private readonly TcpClient _tcp;
    private PacketStream _packets;

    private ServerConnection(TcpClient tcp)
    {
        _tcp = tcp;
        Stream = tcp.GetStream();
        _packets = new PacketStream(Stream);
    }

    /// <summary>The bytes: after the login, those of the session.</summary>
    public Stream Stream { get; private set; }

    /// <summary>What the server said first.</summary>
    public Greeting Greeting { get; private set; } = null!;

    /// <summary>The protocol that TLS agreed on, for people.</summary>
    public string? Tls { get; private set; }

    /// <summary>Whether the certificate is of the local emulator: then its keys are its own, and its process says why it refuses.</summary>
    public bool IsEmulator { get; private set; }

    /// <exception cref="SocketException">The host has no address, or nothing listens there.</exception>
    /// <exception cref="OperationCanceledException">Nothing answered in time.</exception>
    public static async Task<ServerConnection> DialAsync(RdsEndpoint dialled, CancellationToken cancellationToken)
    {
        var tcp = new TcpClient { NoDelay = true };
        try
        {
            await tcp.ConnectAsync(dialled.Host, dialled.Port, cancellationToken).ConfigureAwait(false);
            return new ServerConnection(tcp);
        }
        catch
        {
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>Dials through a port-forward, where there is one.</summary>
    /// <exception cref="ForwardException">The way is not open, or does not reach the endpoint.</exception>
    /// <inheritdoc cref="DialAsync(RdsEndpoint, CancellationToken)"/>
    public static async Task<ServerConnection> DialAsync(RdsEndpoint dialled, PortForward? way, CancellationToken cancellationToken) =>
        way is null ? await DialAsync(dialled, cancellationToken).ConfigureAwait(false)
            : new ServerConnection(await way.DialAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Reads the greeting.</summary>
    /// <returns>Null, or the error that the server sent in its place.</returns>
    /// <exception cref="MySqlProtocolException">It is no MySQL.</exception>
    public async Task<ErrorPacket?> ReadGreetingAsync(CancellationToken cancellationToken)
    {
        var packet = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (packet[0] == ErrorPacket.Header)
            return ErrorPacket.Read(packet);
        Greeting = Greeting.Read(packet);
        return null;
    }

    /// <summary>Asks for TLS and checks the server's certificate against the roots and the endpoint's own name.</summary>
    /// <exception cref="CertificateException">The certificate is not accepted.</exception>
    /// <exception cref="AuthenticationException">TLS could not be agreed on.</exception>
    /// <exception cref="MySqlProtocolException">The server has no TLS.</exception>
    public async Task StartTlsAsync(
        RdsEndpoint signFor, ServerTrust trust, LoginRequest login, CancellationToken cancellationToken)
    {
        if (!Greeting.Capabilities.HasFlag(Capabilities.Ssl))
            throw new MySqlProtocolException("the server offers no TLS");
        await AskForTlsAsync(login, cancellationToken).ConfigureAwait(false);
        var sequence = _packets.NextSequence;

        CertificateProblem? problem = null;
        var tls = new SslStream(Stream, leaveInnerStreamOpen: false);
        Stream = tls;
        _packets = new PacketStream(tls) { NextSequence = sequence };
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trust.Roots);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = signFor.Host,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                (problem = CertificateProblem.From(certificate, chain, errors, DateTimeOffset.UtcNow)) is null,
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            Tls = tls.SslProtocol.ToString();
            IsEmulator = tls.RemoteCertificate?.Issuer.Contains("O=rds-iam", StringComparison.Ordinal) == true;
        }
        catch (AuthenticationException e) when (problem is not null)
        {
            throw new CertificateException(problem, e.Message);
        }
    }

    /// <summary>The TLS that a server speaks which speaks none of today's: <c>TLS 1.1</c>. Null when it is not that.</summary>
    public async Task<string?> FindOldTlsAsync(LoginRequest login, CancellationToken cancellationToken)
    {
        await AskForTlsAsync(login, cancellationToken).ConfigureAwait(false);
        return await OldTls.AskAsync(Stream, cancellationToken).ConfigureAwait(false);
    }

    private Task AskForTlsAsync(LoginRequest login, CancellationToken cancellationToken) => _packets.WriteAsync(
        new SslRequest(Request(login).WireCapabilities, login.MaxPacketSize, login.Charset).Write(), cancellationToken);

    /// <summary>Logs in with a token.</summary>
    /// <param name="login">User, database and the client's own flags; what it has of a password is not used.</param>
    /// <param name="token">Makes the token; called when the server asks for it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<LoginOutcome> LoginAsync(
        LoginRequest login, Func<CancellationToken, ValueTask<RdsAuthToken>> token, CancellationToken cancellationToken)
    {
        await _packets.WriteAsync(Request(login).Write(), cancellationToken).ConfigureAwait(false);
        var asked = false;
        while (true)
        {
            var packet = await ReadAsync(cancellationToken).ConfigureAwait(false);
            switch (packet[0])
            {
                case ErrorPacket.Header:
                    return new LoginOutcome.Refused(ErrorPacket.Read(packet), asked);
                case 0x00:
                    return asked ? new LoginOutcome.LoggedIn(packet) : new LoginOutcome.NotIam("");
                case AuthSwitchRequest.Header when !asked:
                    var plugin = AuthSwitchRequest.Read(packet).Plugin;
                    if (plugin != AuthPlugin.ClearPassword)
                        return new LoginOutcome.NotIam(plugin);
                    asked = true;
                    var made = await token(cancellationToken).ConfigureAwait(false);
                    await _packets.WriteAsync(TokenPacket(made), cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    return new LoginOutcome.NotIam(AuthPlugin.Unlikely);
            }
        }
    }

    /// <summary>A token as mysql_clear_password sends it: with a NUL at its end.</summary>
    public static byte[] TokenPacket(RdsAuthToken token) => [.. Encoding.ASCII.GetBytes(token.Value), 0];

    /// <summary>
    /// Takes leave after a login (COM_QUIT): a connection that ends without is an aborted one in the server's books. Not while a statement
    /// runs: the server would read it afterwards. A server that is gone already is none the worse.
    /// </summary>
    public async Task QuitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await new PacketStream(Stream).WriteAsync(new byte[] { Quit }, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException
            or NotSupportedException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync().ConfigureAwait(false);
        _tcp.Dispose();
    }

    // What the server lacks is not asked for; compression and further factors are not spoken here. Had the user the plugin that is named,
    // the server would judge the empty answer; otherwise it says which one the user has.
    private LoginRequest Request(LoginRequest login) => login with
    {
        Capabilities = (login.Capabilities & Greeting.Capabilities
            & ~(Capabilities.Compress | Capabilities.ZstdCompression | Capabilities.MultiFactor)) | Capabilities.Ssl,
        AuthPlugin = AuthPlugin.Unlikely,
        AuthResponse = [],
        ConnectAttributes = Greeting.Capabilities.HasFlag(Capabilities.ConnectAttributes) ? login.ConnectAttributes : null,
    };

    private async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        var packet = await _packets.ReadAsync(cancellationToken).ConfigureAwait(false);
        return packet.Length > 0 ? packet : throw new MySqlProtocolException("an empty packet came where an answer was due");
    }
}
