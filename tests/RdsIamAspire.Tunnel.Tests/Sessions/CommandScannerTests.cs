using RdsIamAspire.Tunnel.Protocol;
using RdsIamAspire.Tunnel.Sessions;

namespace RdsIamAspire.Tunnel.Tests.Sessions;

/// <summary>Where the tunnel sees a COM_CHANGE_USER, and where it only looks like one.</summary>
public sealed class CommandScannerTests
{
    [Fact]
    public void A_change_user_is_found_behind_other_commands()
    {
        byte[] query = Packet(0, 0x03, (byte)'x'), changeUser = Packet(0, 0x11, (byte)'a', 0);
        Assert.Equal((query.Length, ScannedCommand.ChangeUser), new CommandScanner().Scan([.. query, .. changeUser]));
    }

    [Fact]
    public void The_same_byte_inside_a_query_is_none()
    {
        byte[] query = Packet(0, 0x03, 0x11, 0x11, 0x11);
        Assert.Equal((query.Length, ScannedCommand.None), new CommandScanner().Scan(query));
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
            var (pass, command) = scanner.Scan([.. held]);
            passed += pass;
            held.RemoveRange(0, pass);
            if (command == ScannedCommand.ChangeUser)
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
            Assert.Equal((6, ScannedCommand.None), scanner.Scan(Packet((byte)number, 0x11, 0x11)));
        Assert.Equal((6, ScannedCommand.None), scanner.Scan(Packet(0, 0x11, 0x11)));
        Assert.Equal((6, ScannedCommand.None), scanner.Scan(Packet(1, 0x11, 0x11)));
        // The empty packet ends the file; what follows is a command again.
        Assert.Equal((4, ScannedCommand.None), scanner.Scan(Packet(2)));
        Assert.Equal((0, ScannedCommand.ChangeUser), scanner.Scan(Packet(0, 0x11, 0x11)));
    }

    [Fact]
    public void A_file_that_ends_at_number_255_is_followed_by_a_command()
    {
        var scanner = new CommandScanner();
        scanner.Scan(Packet(254, 1));
        scanner.Scan(Packet(255));
        Assert.Equal((0, ScannedCommand.ChangeUser), scanner.Scan(Packet(0, 0x11, 0)));
    }

    [Theory]
    [InlineData("KILL QUERY 1879048193")]
    [InlineData("  kill 5;")]
    public void A_whole_kill_is_stopped_at(string statement)
    {
        byte[] kill = Packet(0, [0x03, .. System.Text.Encoding.ASCII.GetBytes(statement)]), query = Packet(0, 0x03, (byte)'x');
        Assert.Equal((query.Length, ScannedCommand.PerhapsKill), new CommandScanner().Scan([.. query, .. kill]));
        Assert.Equal((query.Length, ScannedCommand.None), new CommandScanner().Scan([.. query, .. kill[..^1]]));
    }

    [Fact]
    public void A_long_statement_passes_as_it_comes()
    {
        var query = Packet(0, [0x03, .. "SELECT 'KILL 5'"u8, .. new byte[200]]);
        Assert.Equal((20, ScannedCommand.None), new CommandScanner().Scan(query.AsSpan(0, 20)));
    }

    private static byte[] Packet(byte sequence, params byte[] payload)
    {
        var packet = new byte[PacketHeader.Size + payload.Length];
        new PacketHeader(payload.Length, sequence).Write(packet);
        payload.CopyTo(packet, PacketHeader.Size);
        return packet;
    }
}
