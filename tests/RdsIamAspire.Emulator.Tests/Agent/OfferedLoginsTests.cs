using Microsoft.Extensions.Time.Testing;

namespace RdsIamAspire.Emulator.Tests.Agent;

public sealed class OfferedLoginsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_login_is_judged_once_and_gets_the_same_verdict_whenever_it_is_offered_again()
    {
        var offered = new OfferedLogins(_clock);
        var verdict = new LoginVerdict(7, true, "arn:aws:iam::123456789012:user/app");

        Assert.True(offered.TryBegin(7, out var none));
        Assert.Null(none);
        Assert.False(offered.TryBegin(7, out none));
        Assert.Null(none);
        offered.Complete(verdict);
        Assert.False(offered.TryBegin(7, out var given));
        Assert.Same(verdict, given);
        Assert.True(offered.TryBegin(8, out _));
    }

    [Fact]
    public void What_no_login_waits_for_any_more_is_forgotten()
    {
        var offered = new OfferedLogins(_clock);
        Assert.True(offered.TryBegin(7, out _));

        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.True(offered.TryBegin(8, out _));
        Assert.True(offered.TryBegin(7, out _));
    }
}
