using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RdsIamAspire.Tunnel.Sessions;

namespace RdsIamAspire.Tunnel.Tests.Sessions;

/// <summary>What comes from a client is shown without steering a terminal, and not as often as it likes.</summary>
public sealed class PrintableTests
{
    [Theory]
    [InlineData("orders_app", "orders_app")]
    [InlineData("jürgen 名前", "jürgen 名前")]
    [InlineData("a\u001b[2Jb\r\nc\0", "a\\u{1b}[2Jb\\u{d}\\u{a}c\\u{0}")]
    [InlineData("x\u202ey\u2028", "x\\u{202e}y\\u{2028}")]
    public void Only_plain_text_is_left(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Fact]
    public void A_long_name_is_cut() => Assert.Equal(new string('a', 64) + "…", Printable.Of(new string('a', 5000)));

    [Fact]
    public void A_flood_of_refusals_is_ten_lines_and_a_number()
    {
        var time = new FakeTimeProvider();
        var lines = new Lines();
        var log = new TunnelLog(time) { Logger = lines };
        for (var i = 0; i < 4242; i++)
            log.Refused(null, "ERROR 1045");
        Assert.Equal(10, lines.Count);
        time.Advance(TimeSpan.FromSeconds(11));
        log.Refused(null, "ERROR 1045");
        Assert.Equal("a client of the socket was refused: ERROR 1045 (and 4232 more before, without a line)", lines[^1]);
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
