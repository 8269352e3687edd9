namespace RdsIamAspire.Tests.Tokens;

public sealed class RenewalScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly RdsAuthTokenSourceOptions _options = new();

    [Theory]
    [InlineData(900, 0.0, 600, 890)]
    [InlineData(900, 1.0, 540, 890)]
    [InlineData(900, 0.5, 570, 890)]
    // Short credentials: everything shrinks with the life that is left.
    [InlineData(240, 0.0, 160, 230)]
    [InlineData(240, 1.0, 136, 230)]
    [InlineData(30, 1.0, 17, 27)]
    [InlineData(0, 1.0, 0, 0)]
    public void A_token_is_renewed_a_third_of_its_life_or_five_minutes_ahead_and_earlier_by_chance(
        int life,
        double random,
        int renewAt,
        int liveUntil)
    {
        var schedule = RenewalSchedule.For(Noon, Noon.AddSeconds(life), _options, random);

        Assert.Equal((renewAt, liveUntil), ((schedule.RenewAt - Noon).TotalSeconds, (schedule.LiveUntil - Noon).TotalSeconds));
    }

    [Fact]
    public void Pauses_double_up_to_a_minute_and_are_up_to_a_quarter_shorter_by_chance()
    {
        Assert.Equal(
            [1, 2, 4, 8, 16, 32, 60, 60],
            Enumerable.Range(1, 8).Select(n => RenewalSchedule.RetryDelay(n, _options, 0).TotalSeconds));
        Assert.Equal(45, RenewalSchedule.RetryDelay(1000, _options, 1).TotalSeconds);
    }
}
