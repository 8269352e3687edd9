using System.Text;

namespace RdsIamAspire.Emulator.Tests.Agent;

/// <summary>What the plugin writes about a login, read.</summary>
public sealed class ParkedLoginTests
{
    [Fact]
    public void Every_part_is_read_by_its_length()
    {
        var login = ParkedLogin.Read(Encoding.UTF8.GetBytes("18446744073709551615 T 0 7 9 5\ngröße192.0.2.1tok\nn"));
        Assert.Equal(
            (ulong.MaxValue, LoginTransport.Tls, false, "größe", "192.0.2.1"),
            (login.Id, login.Transport, login.Oversize, login.User, login.ClientHost));
        Assert.Equal("tok\nn"u8, login.Token.Span);
        Assert.Equal("größe@192.0.2.1", login.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 T 0 1 1 1")]
    [InlineData("1 T 0 1 1 1\nab")]
    [InlineData("1 T 0 1 1 1\nabcd")]
    [InlineData("1 T 2 1 1 1\nabc")]
    [InlineData("-1 T 0 1 1 1\nabc")]
    [InlineData("1 TT 0 1 1 1\nabc")]
    [InlineData("1 T 0 2147483647 2147483647 3\nabc")]
    [InlineData("1 T 0 1 1 1 1\nabc")]
    public void What_another_version_writes_is_refused(string text) => Assert.Equal(
        "The server's aws_authentication_plugin.so speaks another version than this agent; put the library of this version into its "
            + "plugin directory and restart it.",
        Assert.Throws<FormatException>(() => ParkedLogin.Read(Encoding.UTF8.GetBytes(text))).Message);
}
