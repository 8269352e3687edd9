using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Benchmarks.TunnelFuzzing;

/// <summary>
/// What the tunnel takes for an RDS server: it greets, has TLS, takes any token, answers each packet; and errs when told to.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private static readonly TimeSpan AfterWrong = TimeSpan.FromMilliseconds(200);
    /// <summary>About what the client's packets measure, in bytes.</summary>
    private const int TypicalPacket = 24;

    private static readonly byte[] Ok = [0, 0, 0, 2, 0, 0, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly int _seed;
    private int _taken;

    public ScriptedServer(int seed)
    {
        _seed = seed;
        using var key = RSA.Create(2048);
        var root = new CertificateRequest("CN=fuzz root", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var ca = root.CreateSelfSigned(from, until);
        using var ownKey = RSA.Create(2048);
        var own = new CertificateRequest("CN=127.0.0.1", ownKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("127.0.0.1");
        own.CertificateExtensions.Add(names.Build());
        using var signed = own.Create(ca, from, until, [1, 2, 3]);
        using var both = signed.CopyWithPrivateKey(ownKey);
        _certificate = X509CertificateLoader.LoadPkcs12(both.Export(X509ContentType.Pfx), null);
        CaPem = ca.ExportCertificatePem();
        _listener.Start();
        _ = AcceptAsync();
    }

    public string CaPem { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether it errs; off while a bystander is served.</summary>
    public bool Errs { get; set; }

    /// <summary>How many wrong packets it has sent.</summary>
    public long Sent;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), new Random(_seed + Interlocked.Increment(ref _taken)));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, Random random)
    {
        using (client)
        using (var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token))
        {
            patience.CancelAfter(TimeSpan.FromSeconds(20));
            // One step of a login at most is wrong: what follows would not be reached.
            var wrongStep = Errs ? random.Next(8) : -1;
            var errs = Errs;
            try
            {
                Stream stream = client.GetStream();
                await SendAsync(stream, 0, Greeting(), wrongStep == 0);
                await new PacketStream(stream).ReadAsync(patience.Token); // SSLRequest
                var tls = new SslStream(stream);
                await using (tls)
                {
                    await tls.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = _certificate }, patience.Token);
                    var packets = new PacketStream(tls);
                    await packets.ReadAsync(patience.Token); // the login
                    await SendAsync(tls, packets.NextSequence, new AuthSwitchRequest(AuthPlugin.ClearPassword, []).Write(), wrongStep == 1);
                    await packets.ReadAsync(patience.Token); // the token
                    await SendAsync(tls, packets.NextSequence, Ok, wrongStep == 2);
                    var buffer = new byte[64 * 1024];
                    while (await tls.ReadAsync(buffer, patience.Token) is var read and > 0)
                        await AnswerAsync(tls, errs ? Math.Max(1, read / TypicalPacket) : 1);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or MySqlProtocolException
                or System.Security.Authentication.AuthenticationException or InvalidOperationException)
            {
                // The tunnel has left.
            }

            // A tunnel that waits for the rest of a packet would wait as long as it may; a server that hangs up tells it there is none.
            async Task SendAsync(Stream to, byte sequence, byte[] payload, bool wrong)
            {
                var packet = Mutation.Packet(sequence, payload);
                if (wrong)
                {
                    packet = Mutation.Of(random, packet);
                    Interlocked.Increment(ref Sent);
                }

                await to.WriteAsync(packet, patience.Token);
                await to.FlushAsync(patience.Token);
                if (wrong)
                    patience.CancelAfter(AfterWrong);
            }

            // After the login the tunnel hands on what it reads: as many answers as there were packets, and nobody waits for the rest of one.
            async Task AnswerAsync(Stream to, int times)
            {
                using var answers = new MemoryStream();
                for (; times > 0; times--)
                {
                    var packet = Mutation.Packet(1, Ok);
                    var wrong = errs && random.Next(2) == 0;
                    answers.Write(wrong ? Mutation.Of(random, packet) : packet);
                    if (wrong)
                        Interlocked.Increment(ref Sent);
                }

                await to.WriteAsync(answers.GetBuffer().AsMemory(0, (int)answers.Length), patience.Token);
                await to.FlushAsync(patience.Token);
            }
        }
    }

    private static byte[] Greeting() => new Greeting
    {
        ServerVersion = "8.4.3",
        ConnectionId = 7,
        Scramble = new byte[Tunnel.Protocol.Greeting.ScrambleLength],
        Capabilities = (Capabilities)0xFFFF_FFFF & ~(Capabilities.Compress | Capabilities.ZstdCompression | Capabilities.MultiFactor),
        Charset = 255,
        Status = 2,
        AuthPlugin = AuthPlugin.CachingSha2,
    }.Write();
}
