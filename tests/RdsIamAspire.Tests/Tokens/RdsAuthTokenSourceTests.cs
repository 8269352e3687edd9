using System.Diagnostics.Metrics;
using Amazon.Runtime;
using Microsoft.Extensions.Time.Testing;

namespace RdsIamAspire.Tests.Tokens;

public sealed class RdsAuthTokenSourceTests : IDisposable
{
    private static readonly RdsAuthTokenRequest Orders = new("orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com", 3306, "orders_app");

    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeSigner _signer;
    private readonly RdsAuthTokenSource _source;

    public RdsAuthTokenSourceTests()
    {
        var options = new RdsAuthTokenSourceOptions { TimeProvider = _time, RenewJitter = TimeSpan.Zero };
        _signer = new FakeSigner(options, _time);
        _source = new RdsAuthTokenSource(options, _signer);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _source.Dispose();

    [Fact]
    public async Task A_live_token_is_read_from_the_cache()
    {
        var first = await _source.GetTokenAsync(Orders, Cancelled);
        var second = await _source.GetTokenAsync(Orders, Cancelled);
        var equalRequest = await _source.GetTokenAsync(Orders with { }, Cancelled);

        Assert.Same(first, second);
        Assert.Same(first, equalRequest);
        Assert.Equal(1, _signer.Calls);
    }

    [Fact]
    public async Task Reading_a_live_token_allocates_nothing_and_completes_at_once()
    {
        using var source = new RdsAuthTokenSource(new() { Credentials = new BasicAWSCredentials("akid", "skid") });
        await source.GetTokenAsync(Orders, Cancelled);
        Assert.True(IsThere(source.GetTokenAsync(Orders, CancellationToken.None)));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var completed = true;
        for (var i = 0; i < 1000; i++)
            completed &= IsThere(source.GetTokenAsync(Orders, CancellationToken.None));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(completed);

        static bool IsThere(ValueTask<RdsAuthToken> token) => token.IsCompletedSuccessfully;
    }

    [Fact]
    public async Task However_many_callers_wait_one_token_is_made()
    {
        var gate = new TaskCompletionSource();
        _signer.Gate = gate.Task;

        var callers = Enumerable.Range(0, 200).Select(_ => _source.GetTokenAsync(Orders with { }, Cancelled).AsTask()).ToList();
        Assert.All(callers, c => Assert.False(c.IsCompleted));
        gate.SetResult();
        var tokens = await Task.WhenAll(callers);

        Assert.Single(tokens.Distinct());
        Assert.Equal(1, _signer.Calls);
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_take_the_token_from_the_others()
    {
        var gate = new TaskCompletionSource();
        _signer.Gate = gate.Task;
        using var impatient = new CancellationTokenSource();
        var gone = _source.GetTokenAsync(Orders, impatient.Token).AsTask();
        var patient = _source.GetTokenAsync(Orders, Cancelled).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        gate.SetResult();

        Assert.NotNull(await patient);
        Assert.Equal(1, _signer.Calls);
    }

    [Theory]
    [MemberData(nameof(OtherRequests))]
    public async Task Another_host_port_user_region_or_caller_has_a_token_of_its_own(
        string what,
        Func<RdsAuthTokenRequest, RdsAuthTokenRequest> other)
    {
        var one = await _source.GetTokenAsync(Orders, Cancelled);
        var two = await _source.GetTokenAsync(other(Orders), Cancelled);

        Assert.True(!ReferenceEquals(one, two), what);
        Assert.Same(one, await _source.GetTokenAsync(Orders, Cancelled));
    }

    public static TheoryData<string, Func<RdsAuthTokenRequest, RdsAuthTokenRequest>> OtherRequests => new()
    {
        { "host", r => r with { Host = "other.example" } },
        { "port", r => r with { Port = 3307 } },
        { "user", r => r with { User = "ORDERS_APP" } },
        { "region", r => r with { Region = "eu-west-2" } },
        { "caller", r => r with { Credentials = new BasicAWSCredentials("other", "secret") } },
    };

    [Fact]
    public async Task A_token_is_not_handed_out_in_its_last_ten_seconds()
    {
        _ = await _source.GetTokenAsync(Orders, Cancelled);
        _time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(_source.GetLiveToken(Orders));

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Null(_source.GetLiveToken(Orders));
    }

    [Fact]
    public async Task When_no_token_is_live_the_failure_reaches_every_waiting_caller_and_the_next_one_tries_again()
    {
        _signer.Failure = new InvalidOperationException("STS is away");
        var failed = _source.NextFailureAsync(Cancelled);

        await Assert.ThrowsAsync<InvalidOperationException>(() => _source.GetTokenAsync(Orders, Cancelled).AsTask());
        Assert.Null((await failed).LiveToken);
        Assert.Null((await failed).RetryIn);

        _signer.Failure = null;
        Assert.NotNull(await _source.GetTokenAsync(Orders, Cancelled));
    }

    [Fact]
    public async Task A_token_lives_no_longer_than_the_credentials_that_signed_it()
    {
        _signer.CredentialsEnd = _time.GetUtcNow().AddMinutes(4);

        var token = await _source.GetTokenAsync(Orders, Cancelled);
        Assert.Equal(_signer.CredentialsEnd, token.ExpiresAt);

        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Null(_source.GetLiveToken(Orders));
    }

    [Fact]
    public async Task A_refused_token_is_forgotten_and_replaced_once()
    {
        var refused = await _source.GetTokenAsync(Orders, Cancelled);

        _source.Invalidate(Orders, refused);
        var fresh = await _source.GetTokenAsync(Orders, Cancelled);
        // A second caller, refused with the same old token, comes late.
        _source.Invalidate(Orders, refused);

        Assert.NotSame(refused, fresh);
        Assert.Same(fresh, await _source.GetTokenAsync(Orders, Cancelled));
        Assert.Equal(2, _signer.Calls);
    }

    [Fact]
    public async Task After_dispose_nothing_renews_and_a_caller_is_told_so()
    {
        await InUseAsync();
        _source.Dispose();

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, _signer.Calls);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _source.GetTokenAsync(Orders, Cancelled));
        Assert.Null(_source.GetLiveToken(Orders));
    }

    [Fact]
    public async Task Dispose_ends_a_token_that_is_being_made()
    {
        _signer.Gate = new TaskCompletionSource().Task;
        var waiting = _source.GetTokenAsync(Orders, Cancelled).AsTask();

        _source.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_provider_of_credentials_that_blocks_does_not_block_the_caller()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var source = new RdsAuthTokenSource(new() { Credentials = new BlockingCredentials(entered, release) });

        var waiting = source.GetTokenAsync(Orders, Cancelled).AsTask();
        entered.Wait(Cancelled);
        Assert.False(waiting.IsCompleted);
        release.Set();

        Assert.Equal("akid", (await waiting).AccessKeyId);
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_take_the_token_from_the_caller()
    {
        _source.Renewed += (_, _) => throw new InvalidOperationException("a fault of the listener");
        _source.RenewalFailed += (_, _) => throw new InvalidOperationException("a fault of the listener");

        Assert.NotNull(await _source.GetTokenAsync(Orders, Cancelled));
        _signer.Failure = new TimeoutException("STS is away");
        _source.Invalidate(Orders);
        await Assert.ThrowsAsync<TimeoutException>(() => _source.GetTokenAsync(Orders, Cancelled).AsTask());
    }

    [Fact]
    public async Task Many_threads_that_read_refuse_and_wait_always_get_a_live_token()
    {
        var requests = Enumerable.Range(0, 40).Select(i => Orders with { Port = 3306 + i }).ToList();
        for (var minute = 0; minute < 60; minute++)
        {
            var now = _time.GetUtcNow();
            await Parallel.ForAsync(0, 8, Cancelled, async (worker, cancelled) =>
            {
                for (var i = 0; i < 200; i++)
                {
                    var request = requests[(i * 7 + worker) % requests.Count];
                    var token = await _source.GetTokenAsync(request, cancelled);
                    Assert.Equal(request.Port, token.Port);
                    Assert.True(token.ExpiresAt > now, $"minute {minute}: ends {token.ExpiresAt:T}, it is {now:T}");
                    if (i % 97 == 0)
                        _source.Invalidate(request, token);
                }
            });
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task Metrics_count_tokens_made_and_failed()
    {
        var user = $"metered_{Guid.NewGuid():N}";
        var seen = new System.Collections.Concurrent.ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == RdsIamTelemetry.MeterName)
                    l.EnableMeasurementEvents(instrument);
            },
        };
        void Record(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.ToArray().Contains(new("db.user", user)))
                seen.Add(instrument.Name);
        }

        listener.SetMeasurementEventCallback<long>((i, _, tags, _) => Record(i, tags));
        listener.SetMeasurementEventCallback<double>((i, _, tags, _) => Record(i, tags));
        listener.Start();

        var renewed = _source.NextRenewalAsync(Cancelled);
        await _source.GetTokenAsync(Orders with { User = user }, Cancelled);
        await renewed;
        _signer.Failure = new InvalidOperationException("STS is away");
        _source.Invalidate(Orders with { User = user });
        await Assert.ThrowsAsync<InvalidOperationException>(() => _source.GetTokenAsync(Orders with { User = user }, Cancelled).AsTask());

        Assert.Equal(["rds_iam.token.duration", "rds_iam.tokens.failed", "rds_iam.tokens.made"], seen.Order());
    }

    private async Task<RdsAuthToken> InUseAsync()
    {
        await _source.GetTokenAsync(Orders, Cancelled);
        return await _source.GetTokenAsync(Orders, Cancelled);
    }

    private sealed class BlockingCredentials(ManualResetEventSlim entered, ManualResetEventSlim release) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials()
        {
            entered.Set();
            release.Wait();
            return new("akid", "skid", null);
        }
    }
}
