using RdsIamAspire.Cli.MySqlProtocol;
using RdsIamAspire.Cli.Tunnel;

namespace RdsIamAspire.Cli.Tests;

/// <summary>Where the tunnel sees a COM_CHANGE_USER, and where it only looks like one.</summary>
public sealed class CommandScannerTests
{
    [Fact]
    public void A_change_user_is_found_behind_other_commands()
    {
        byte[] query = Packet(0, 0x03, (byte)'x'), changeUser = Packet(0, 0x11, (byte)'a', 0);
        Assert.Equal((query.Length, true), new CommandScanner().Scan([.. query, .. changeUser]));
    }

    [Fact]
    public void The_same_byte_inside_a_query_is_none()
    {
        byte[] query = Packet(0, 0x03, 0x11, 0x11, 0x11);
        Assert.Equal((query.Length, false), new CommandScanner().Scan(query));
    }

    [Fact]
    public void Bytes_may_come_one_by_one()
    {
        byte[] all = [.. Packet(0, 0x03, 0x11), .. Packet(0, 0x11, (byte)'a', 0)];
        var scanner = new CommandScanner();
        var held = new List<byte>();
        var passed = 0;
        foreach (var one in all)
        {
            held.Add(one);
            var (pass, changeUser) = scanner.Scan([.. held]);
            passed += pass;
            held.RemoveRange(0, pass);
            if (changeUser)
                break;
        }

        Assert.Equal(6, passed);
        Assert.Equal(5, held.Count);
    }

    [Fact]
    public void A_packet_of_a_file_whose_number_has_come_round_to_zero_is_none()
    {
        var scanner = new CommandScanner();
        for (var number = 2; number < 256; number++)
            Assert.Equal((6, false), scanner.Scan(Packet((byte)number, 0x11, 0x11)));
        Assert.Equal((6, false), scanner.Scan(Packet(0, 0x11, 0x11)));
        Assert.Equal((6, false), scanner.Scan(Packet(1, 0x11, 0x11)));
        // The empty packet ends the file; what follows is a command again.
        Assert.Equal((4, false), scanner.Scan(Packet(2)));
        Assert.Equal((0, true), scanner.Scan(Packet(0, 0x11, 0x11)));
    }

    [Fact]
    public void A_file_that_ends_at_number_255_is_followed_by_a_command()
    {
        var scanner = new CommandScanner();
        scanner.Scan(Packet(254, 1));
        scanner.Scan(Packet(255));
        Assert.Equal((0, true), scanner.Scan(Packet(0, 0x11, 0)));
    }

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

    private static byte[] Packet(byte sequence, params byte[] payload)
    {
        var packet = new byte[PacketHeader.Size + payload.Length];
        new PacketHeader(payload.Length, sequence).Write(packet);
        payload.CopyTo(packet, PacketHeader.Size);
        return packet;
    }
}
