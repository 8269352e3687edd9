using RdsIamAspire.Tunnel.Protocol;
using RdsIamAspire.Tunnel.Sessions;

namespace RdsIamAspire.Tunnel.Tests.Sessions;

/// <summary>Which refused logins are tried again.</summary>
public sealed class RetryTests
{
    private static readonly ErrorPacket Denied = new(ErrorPacket.AccessDenied, "28000", "Access denied for user");
    private static readonly TimeSpan New = TimeSpan.Zero;
    private static readonly TimeSpan Old = TimeSpan.FromMinutes(5);

    [Fact]
    public void An_old_token_is_renewed_once()
    {
        Assert.Equal(new RetryDecision(true, true, TimeSpan.Zero), ServerLoginRetry.After(Denied, Old, false, 1, null));
        Assert.Equal(RetryDecision.No, ServerLoginRetry.After(Denied, Old, renewed: true, 2, null));
    }

    [Fact]
    public void What_never_worked_is_refused_at_once() =>
        Assert.Equal(RetryDecision.No, ServerLoginRetry.After(Denied, New, false, 1, sinceSuccess: null));

    [Fact]
    public void What_worked_a_short_while_ago_is_given_growing_time()
    {
        var recently = TimeSpan.FromSeconds(3);
        var delays = Enumerable.Range(1, 4).Select(tried => ServerLoginRetry.After(Denied, New, false, tried, recently)).ToArray();
        Assert.Equal([250, 500, 1000, 0], delays.Select(decision => decision.Delay.TotalMilliseconds));
        Assert.Equal([true, true, true, false], delays.Select(decision => decision.Again));
        Assert.True(ServerLoginRetry.After(Denied, Old, renewed: true, 2, recently).RenewToken);
        Assert.Equal(RetryDecision.No, ServerLoginRetry.After(Denied, New, false, 1, TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public void Another_error_is_the_clients() =>
        Assert.Equal(RetryDecision.No, ServerLoginRetry.After(new(1040, "08004", "Too many connections"), Old, false, 1, New));
}
