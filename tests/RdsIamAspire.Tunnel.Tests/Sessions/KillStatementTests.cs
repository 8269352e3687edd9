using System.Text;
using RdsIamAspire.Tunnel.Sessions;

namespace RdsIamAspire.Tunnel.Tests.Sessions;

/// <summary>The id that a client was greeted with becomes the server's in a KILL, and nowhere else.</summary>
public sealed class KillStatementTests
{
    private const uint Own = 1879048193;

    [Theory]
    [InlineData("KILL QUERY 1879048193", "KILL QUERY 42")]
    [InlineData("kill 1879048193", "kill 42")]
    [InlineData("  Kill\tConnection\n1879048193 ; ", "  Kill\tConnection\n42 ; ")]
    public void A_kill_of_an_id_of_the_tunnels_is_of_the_servers(string statement, string translated)
    {
        Assert.Equal(translated, Translate([0x03, .. Encoding.ASCII.GetBytes(statement)], 1));
        Assert.Equal(translated, Translate([0x03, 0, 1, .. Encoding.ASCII.GetBytes(statement)], 3));
    }

    [Theory]
    [InlineData("KILL QUERY 42")] // an id that SQL showed
    [InlineData("KILL 99999999999")]
    [InlineData("KILL QUERY @id")]
    [InlineData("SELECT 'KILL QUERY 1879048193'")]
    [InlineData("KILL 1879048193; DROP TABLE orders")]
    [InlineData("SKILL 1879048193")]
    [InlineData("")]
    public void Anything_else_stays(string statement) => Assert.Null(Translate([0x03, .. Encoding.ASCII.GetBytes(statement)], 1));

    [Fact]
    public void The_old_command_is_translated_too()
    {
        Assert.Equal([0x0C, 42, 0, 0, 0], KillStatement.Translate([0x0C, 1, 0, 0, 0x70], Known));
        Assert.Null(KillStatement.Translate([0x0C, 2, 0, 0, 0x70], Known));
        Assert.Null(KillStatement.Translate([0x0C, 2], Known));
    }

    [Fact]
    public void An_id_is_known_while_its_session_lasts()
    {
        var ids = new SessionIds();
        var own = ids.Next();
        Assert.NotEqual(own, ids.Next());
        Assert.InRange(own, 0x7000_0000u, (uint)int.MaxValue);
        using (ids.Bind(own, 42))
            Assert.Equal(42u, ids.ServerId(own));
        Assert.Null(ids.ServerId(own));
    }

    private static uint? Known(uint id) => id == Own ? 42 : null;

    private static string? Translate(byte[] payload, int textAt) =>
        KillStatement.Translate(payload, Known) is { } translated ? Encoding.ASCII.GetString(translated[textAt..]) : null;
}
