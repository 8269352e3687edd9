using Microsoft.Extensions.Time.Testing;
using RdsIamAspire.MySqlConnector.Logins;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>Who may log in when.</summary>
public sealed class LoginPaceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z", System.Globalization.CultureInfo.InvariantCulture));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void One_goes_ahead_and_as_logins_pass_more_follow()
    {
        var pace = Pace();
        var turns = Turns(pace, 16);

        int[] admitted = [.. Enumerable.Range(0, 4).Select(_ =>
        {
            var dialling = turns.Where(t => !t.Dials && t.MayDial()).ToList();
            foreach (var turn in dialling)
                pace.Passed(turn);
            return dialling.Count;
        })];

        Assert.Equal([1, 2, 4, 8], admitted);
    }

    [Fact]
    public void After_an_idle_time_one_goes_ahead_again()
    {
        var pace = Pace();
        foreach (var turn in Turns(pace, 20))
        {
            Assert.True(turn.MayDial());
            pace.Passed(turn);
        }

        Assert.Equal(5, Turns(pace, 5).Count(t => t.MayDial()));
        pace = Pace();
        Pass(pace);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(1, Turns(pace, 5).Count(t => t.MayDial()));
    }

    [Fact]
    public async Task A_connection_of_the_pool_needs_no_turn_and_gives_none()
    {
        var pace = Pace();
        var pooled = new LoginTurn(pace);
        await pace.EnterAsync(pooled, Patience, Stop);

        pace.Passed(pooled);

        Assert.False(pace.IsProven);
        Assert.Equal(1, Turns(pace, 5).Count(t => t.MayDial()));
    }

    [Fact]
    public async Task Those_that_wait_are_let_in_when_the_first_has_passed()
    {
        var pace = Pace();
        var first = new LoginTurn(pace);
        Assert.True(first.MayDial());
        var second = new LoginTurn(pace);
        Assert.False(second.MayDial());
        Assert.True(second.IsStopped);
        var waiting = pace.EnterAsync(second, Patience, Stop);
        Assert.False(waiting.IsCompleted);

        pace.Passed(first);

        await waiting;
        Assert.True(second.IsIn);
    }

    [Fact]
    public async Task A_refusal_for_good_is_that_of_those_behind_it_too()
    {
        var pace = Pace();
        var first = new LoginTurn(pace);
        Assert.True(first.MayDial());
        var waiting = pace.EnterAsync(new LoginTurn(pace), Patience, Stop);

        pace.Leave(first, theirs: new InvalidOperationException("denied"));

        Assert.Equal("denied", (await Assert.ThrowsAsync<InvalidOperationException>(() => waiting)).Message);
        Assert.True(new LoginTurn(pace).MayDial());
    }

    [Fact]
    public async Task When_the_server_cannot_be_reached_everybody_sees_for_himself()
    {
        var pace = Pace();
        var first = new LoginTurn(pace);
        Assert.True(first.MayDial());
        var waiting = Turns(pace, 3).Select(t => pace.EnterAsync(t, Patience, Stop)).ToList();

        pace.Unreachable(first);

        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_a_connection_may_take()
    {
        var pace = Pace();
        Assert.True(new LoginTurn(pace).MayDial());
        var late = new LoginTurn(pace);
        var waiting = pace.EnterAsync(late, Patience, Stop);

        _time.Advance(Patience);

        await waiting;
        Assert.True(late.IsIn);
    }

    [Fact]
    public async Task A_wait_ends_at_once_when_it_is_cancelled()
    {
        var pace = Pace();
        var first = new LoginTurn(pace);
        Assert.True(first.MayDial());
        using var cancel = new CancellationTokenSource();
        var waiting = pace.EnterAsync(new LoginTurn(pace), Patience, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        pace.Passed(first);
        Assert.Equal(2, Turns(pace, 5).Count(t => t.MayDial()));
    }

    [Fact]
    public void Pauses_grow_with_refusals_up_to_four_seconds_and_are_spread_by_chance()
    {
        Assert.Equal([0.5, 1, 2, 4, 4], Pauses(random: 1));
        Assert.Equal([0.05, 0.1, 0.2, 0.4, 0.4], Pauses(random: 0));

        double[] Pauses(double random)
        {
            var pace = Pace(random: random);
            return [.. Enumerable.Range(0, 5).Select(_ => Math.Round(pace.Refused().TotalSeconds, 3))];
        }
    }

    [Fact]
    public async Task Others_keep_the_pause_of_the_one_that_was_refused()
    {
        var pace = Pace(random: 1);
        Pass(pace);
        var refused = new LoginTurn(pace);
        Assert.True(refused.MayDial());
        pace.Refused();
        pace.Leave(refused);

        var next = new LoginTurn(pace);
        Assert.False(next.MayDial());
        var waiting = pace.EnterAsync(next, Patience, Stop);
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await waiting;
    }

    [Fact]
    public async Task The_first_login_has_a_moment_of_its_own_within_the_spread()
    {
        var pace = Pace(TimeSpan.FromSeconds(2), random: 0.5);
        var first = new LoginTurn(pace);
        Assert.False(first.MayDial());
        var waiting = pace.EnterAsync(first, Patience, Stop);

        _time.Advance(TimeSpan.FromSeconds(1));

        await waiting;
        Assert.True(first.MayDial());
    }

    [Fact]
    public void A_data_source_that_was_built_longer_ago_than_the_spread_waits_for_nothing()
    {
        var pace = Pace(TimeSpan.FromSeconds(2), random: 0.5);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(new LoginTurn(pace).MayDial());
    }

    private LoginPace Pace(TimeSpan spread = default, double random = 0) => new(spread, _time, () => random);

    private static List<LoginTurn> Turns(LoginPace pace, int count) => [.. Enumerable.Range(0, count).Select(_ => new LoginTurn(pace))];

    private static void Pass(LoginPace pace)
    {
        var turn = new LoginTurn(pace);
        Assert.True(turn.MayDial());
        pace.Passed(turn);
    }
}
