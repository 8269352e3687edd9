using System.Net.Sockets;
using System.Text;
using RdsIamAspire.Tunnel.Protocol;

namespace RdsIamAspire.Tunnel.Tests;

/// <summary>A client of the fewest packets, for COM_CHANGE_USER, which no .NET driver sends on request.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private const Capabilities Spoken = Capabilities.Protocol41 | Capabilities.SecureConnection | Capabilities.PluginAuth;

    private readonly TcpClient _tcp;
    private readonly PacketStream _packets;

    private RawClient(TcpClient tcp)
    {
        _tcp = tcp;
        _packets = new PacketStream(tcp.GetStream());
    }

    public static async Task<RawClient> LogInAsync(int port, string user)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        var client = new RawClient(tcp);
        var greeting = Greeting.Read(await client.ReadAsync());
        Assert.False(greeting.Capabilities.HasFlag(Capabilities.Ssl));
        var login = new LoginRequest
        {
            Capabilities = Spoken,
            MaxPacketSize = 1 << 24,
            Charset = 255,
            User = Encoding.UTF8.GetBytes(user),
            AuthPlugin = AuthPlugin.CachingSha2,
        };
        await client._packets.WriteAsync(login.Write(), TestContext.Current.CancellationToken);
        await client.ExpectOkAsync();
        return client;
    }

    /// <summary>The command, the scramble asked for, the answer to it, and the OK.</summary>
    public async Task ChangeUserAsync(string user, string database)
    {
        _packets.NextSequence = 0;
        var request = new ChangeUserRequest
        {
            User = Encoding.UTF8.GetBytes(user),
            Database = Encoding.UTF8.GetBytes(database),
            Charset = 255,
            AuthPlugin = AuthPlugin.CachingSha2,
        };
        await _packets.WriteAsync(request.Write(), TestContext.Current.CancellationToken);
        var asked = AuthSwitchRequest.Read(await ReadAsync());
        Assert.Equal(AuthPlugin.CachingSha2, asked.Plugin);
        await _packets.WriteAsync(new byte[32], TestContext.Current.CancellationToken);
        Assert.Equal(AuthMoreData.FastAuthSuccess, await ReadAsync());
        await ExpectOkAsync();
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<string> ScalarAsync(string sql)
    {
        _packets.NextSequence = 0;
        var query = new PacketWriter().Byte(0x03).Bytes(Encoding.UTF8.GetBytes(sql)).ToArray();
        await _packets.WriteAsync(query, TestContext.Current.CancellationToken);
        Assert.Equal([1], await ReadAsync()); // one column
        await ReadAsync(); // its definition
        await ReadAsync(); // EOF
        var row = await ReadAsync();
        await ReadAsync(); // EOF
        return ReadText(row);
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string ReadText(byte[] row) => Encoding.UTF8.GetString(new PacketReader(row).ReadLengthEncodedBytes());

    private async Task ExpectOkAsync()
    {
        var packet = await ReadAsync();
        var came = packet[0] == ErrorPacket.Header ? ErrorPacket.Read(packet).ToString() : $"0x{packet[0]:X2} came in place of OK";
        Assert.True(packet[0] == 0, came);
    }

    private Task<byte[]> ReadAsync() => _packets.ReadAsync(TestContext.Current.CancellationToken);
}
