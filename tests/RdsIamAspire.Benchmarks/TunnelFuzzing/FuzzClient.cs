using System.Net;
using System.Net.Sockets;
using System.Text;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Benchmarks.TunnelFuzzing;

/// <summary>A client that errs: in its login, or in what it sends after it.</summary>
internal static class FuzzClient
{
    private const Capabilities Spoken = Capabilities.Protocol41 | Capabilities.SecureConnection | Capabilities.PluginAuth
        | Capabilities.PluginAuthLengthEncoded | Capabilities.ConnectAttributes;

    // What a session's packets are made from: statements, KILL in its forms, COM_CHANGE_USER, prepared statements, the longest header.
    private static readonly byte[][] Commands =
    [
        Mutation.Packet(0, [0x03, .. "SELECT 1"u8]),
        Mutation.Packet(0, [0x03, .. "KILL 1879048193"u8]),
        Mutation.Packet(0, [0x03, .. "/* x */ kill query 1879048193"u8]),
        Mutation.Packet(0, [0x0C, 1, 0, 0, 0x70]),
        Mutation.Packet(0, new ChangeUserRequest { User = "app"u8.ToArray(), Charset = 255, AuthPlugin = AuthPlugin.CachingSha2 }.Write()),
        Mutation.Packet(0, [0x16, .. "SELECT ?"u8]),
        Mutation.Packet(0, [0x0E]),
        Mutation.Packet(0, [0x11]),
        [0xFF, 0xFF, 0xFF, 0, 0x03],
    ];

    /// <summary>One session.</summary>
    /// <returns>How many wrong packets were sent.</returns>
    public static async Task<int> RunAsync(IPEndPoint tunnel, Random random, int packets, CancellationToken cancellationToken)
    {
        var sent = 0;
        using var tcp = new TcpClient { NoDelay = true };
        try
        {
            await tcp.ConnectAsync(tunnel, cancellationToken);
            var stream = tcp.GetStream();
            var login = Mutation.Packet(1, Login().Write());
            await new PacketStream(stream).ReadAsync(cancellationToken);
            if (random.Next(4) == 0)
            {
                await stream.WriteAsync(Mutation.Of(random, login), cancellationToken);
                // Half of them wait for an answer, the others are gone.
                if (random.Next(2) == 0)
                {
                    tcp.Client.Shutdown(SocketShutdown.Send);
                    await DrainAsync(stream, cancellationToken);
                }

                return 1;
            }

            await stream.WriteAsync(login, cancellationToken);
            if ((await new PacketStream(stream).ReadAsync(cancellationToken))[0] == ErrorPacket.Header)
                return 0;
            var draining = DrainAsync(stream, cancellationToken);
            for (; sent < packets && !draining.IsCompleted; sent++)
                await stream.WriteAsync(Mutation.Of(random, Commands[random.Next(Commands.Length)]), cancellationToken);
            tcp.Client.Shutdown(SocketShutdown.Send);
            await draining;
        }
        catch (Exception e) when (e is IOException or SocketException or MySqlProtocolException or IndexOutOfRangeException)
        {
            // Shown the door.
        }

        return sent;
    }

    /// <summary>A client that does everything right.</summary>
    /// <returns>Whether it was answered right.</returns>
    public static async Task<bool> StandByAsync(IPEndPoint tunnel, CancellationToken cancellationToken)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(tunnel, cancellationToken);
        var packets = new PacketStream(tcp.GetStream());
        await packets.ReadAsync(cancellationToken);
        await packets.WriteAsync(Login().Write(), cancellationToken);
        if ((await packets.ReadAsync(cancellationToken))[0] != 0)
            return false;
        packets.NextSequence = 0;
        await packets.WriteAsync(new byte[] { 0x0E }, cancellationToken);
        return (await packets.ReadAsync(cancellationToken))[0] == 0;
    }

    private static LoginRequest Login() => new()
    {
        Capabilities = Spoken,
        MaxPacketSize = 1 << 24,
        Charset = 255,
        User = Encoding.UTF8.GetBytes(TunnelFuzz.User),
        AuthPlugin = AuthPlugin.CachingSha2,
        ConnectAttributes = [],
    };

    private static async Task DrainAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Cut, or left by its own writer.
        }
    }
}
