using RdsIamAspire.Tunnel.Protocol;
using RdsIamAspire.Tunnel.Sessions;

namespace RdsIamAspire.Tunnel.Tests;

/// <summary>Packets are read and written alike, and what is none is said.</summary>
public sealed class PacketTests
{
    [Fact]
    public void Each_packet_that_is_read_is_written_the_same()
    {
        var login = new LoginRequest
        {
            Capabilities = Capabilities.Protocol41,
            MaxPacketSize = 1 << 24,
            Charset = 255,
            User = "jürgen"u8.ToArray(),
            AuthResponse = new byte[300],
            Database = "orders"u8.ToArray(),
            AuthPlugin = "caching_sha2_password",
            ConnectAttributes = [1, (byte)'a', 1, (byte)'b'],
        };
        Assert.Equal(login.Write(), LoginRequest.Read(login.Write()).Write());
        var greeting = new Greeting
        {
            ServerVersion = "9.7.4",
            ConnectionId = 77,
            Scramble = LocalPassword.NewScramble(),
            Capabilities = Capabilities.PluginAuth | Capabilities.Protocol41,
            Charset = 255,
            Status = 2,
            AuthPlugin = "caching_sha2_password",
        };
        Assert.Equal(greeting.Write(), Greeting.Read(greeting.Write()).Write());
        var error = new ErrorPacket(1045, "28000", "Access denied");
        Assert.Equal(error, ErrorPacket.Read(error.Write()));
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 10 })]
    [InlineData(new byte[] { 9, 1, 2, 3, 4, 5, 6 })]
    [InlineData(new byte[] { 10, (byte)'9', 0, 1, 0, 0, 0, 1, 2 })]
    public void A_greeting_that_is_cut_off_or_none_is_said(byte[] payload) =>
        Assert.Throws<MySqlProtocolException>(() => Greeting.Read(payload));
}
