using Microsoft.Extensions.Time.Testing;

namespace RdsIamAspire.Tests.Tokens;

/// <summary>A token in use is renewed ahead of its end, and what a renewal that fails does.</summary>
public sealed class RdsAuthTokenRenewalTests : IDisposable
{
    public RdsAuthTokenRenewalTests()
    {
        var options = new RdsAuthTokenSourceOptions { TimeProvider = _time, RenewJitter = TimeSpan.Zero };
        _signer = new FakeSigner(options, _time);
        _source = new RdsAuthTokenSource(options, _signer);
    }

    [Fact]
    public async Task A_token_in_use_is_renewed_in_the_background_before_it_ends()
    {
        var first = await _source.GetTokenAsync(Orders, Cancelled);
        _ = await _source.GetTokenAsync(Orders, Cancelled);

        _time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Same(first, await _source.GetTokenAsync(Orders, Cancelled));
        var renewed = _source.NextRenewalAsync(Cancelled);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotSame(first, await renewed);
        Assert.Same(await renewed, await _source.GetTokenAsync(Orders, Cancelled));
        Assert.Equal(2, _signer.Calls);
    }

    [Fact]
    public async Task While_a_renewal_is_under_way_the_live_token_is_handed_out()
    {
        var first = await InUseAsync();
        var gate = new TaskCompletionSource();
        _signer.Gate = gate.Task;
        var renewed = _source.NextRenewalAsync(Cancelled);
        _time.Advance(TimeSpan.FromMinutes(11));

        var meanwhile = _source.GetTokenAsync(Orders, Cancelled).AsTask();
        Assert.True(meanwhile.IsCompletedSuccessfully);
        Assert.Same(first, await meanwhile);

        gate.SetResult();
        Assert.NotSame(first, await renewed);
    }

    [Fact]
    public async Task A_token_that_nobody_asks_for_is_not_renewed_and_is_forgotten_at_its_end()
    {
        var first = await _source.GetTokenAsync(Orders, Cancelled);

        _time.Advance(TimeSpan.FromMinutes(16));

        Assert.Null(_source.GetLiveToken(Orders));
        Assert.Equal(1, _signer.Calls);
        Assert.NotSame(first, await _source.GetTokenAsync(Orders, Cancelled));
    }

    [Fact]
    public async Task An_idle_token_that_is_asked_for_late_is_renewed_then()
    {
        var first = await _source.GetTokenAsync(Orders, Cancelled);
        _time.Advance(TimeSpan.FromMinutes(12));
        var renewed = _source.NextRenewalAsync(Cancelled);

        Assert.Same(first, await _source.GetTokenAsync(Orders, Cancelled));
        _time.Advance(TimeSpan.FromSeconds(15));

        Assert.NotSame(first, await renewed);
    }

    [Fact]
    public async Task A_failed_renewal_keeps_the_live_token_is_told_and_is_tried_again_with_growing_pauses()
    {
        var first = await InUseAsync();
        _signer.Failure = new InvalidOperationException("STS is away");
        var pauses = new List<TimeSpan>();

        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var failed = _source.NextFailureAsync(Cancelled);
            _time.Advance(attempt == 1 ? TimeSpan.FromMinutes(10) : pauses[^1]);
            var failure = await failed;

            Assert.Equal(attempt, failure.Attempt);
            Assert.Same(first, failure.LiveToken);
            Assert.Same(first, await _source.GetTokenAsync(Orders, Cancelled));
            pauses.Add(Assert.NotNull(failure.RetryIn));
        }

        Assert.Equal(pauses.Order(), pauses);
        Assert.InRange(pauses[0], TimeSpan.FromSeconds(0.75), TimeSpan.FromSeconds(1));
        Assert.InRange(pauses[3], TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(8));

        _signer.Failure = null;
        var renewed = _source.NextRenewalAsync(Cancelled);
        _time.Advance(pauses[^1]);
        Assert.NotSame(first, await renewed);
    }

    [Fact]
    public async Task A_renewal_that_keeps_failing_ends_with_the_token()
    {
        await InUseAsync();
        _signer.Failure = new InvalidOperationException("STS is away");

        _time.Advance(TimeSpan.FromMinutes(15));

        await Assert.ThrowsAsync<InvalidOperationException>(() => _source.GetTokenAsync(Orders, Cancelled).AsTask());
    }

    private static readonly RdsAuthTokenRequest Orders = new("orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com", 3306, "orders_app");

    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    private readonly FakeSigner _signer;

    private readonly RdsAuthTokenSource _source;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _source.Dispose();

    private async Task<RdsAuthToken> InUseAsync()
    {
        await _source.GetTokenAsync(Orders, Cancelled);
        return await _source.GetTokenAsync(Orders, Cancelled);
    }
}
