using Amazon.Runtime;
using Microsoft.Extensions.Time.Testing;

namespace RdsIamAspire.Tests.Credentials;

/// <summary>An attempt to get credentials has a limit of its own, and one that hangs costs nobody his token.</summary>
public sealed class CredentialLimitTests
{
    private static readonly RdsAuthTokenRequest Orders = new("orders.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com", 3306, "orders_app");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Credentials_that_hang_are_given_up_after_the_limit()
    {
        var credentials = new Scripted { Next = new TaskCompletionSource<ImmutableCredentials>().Task };
        using var source = new RdsAuthTokenSource(new() { Credentials = credentials, TimeProvider = _time });
        var waiting = source.GetTokenAsync(Orders, Cancelled).AsTask();
        await credentials.Asked;
        await EventuallyTimedAsync(waiting, TimeSpan.FromSeconds(5));

        var error = await Assert.ThrowsAsync<RdsAuthTokenException>(() => waiting);

        Assert.Equal(RdsAuthTokenFailure.CredentialsTimedOut, error.Failure);
        Assert.Equal("The AWS credentials of the Credentials option (Scripted) could not be had: no answer within 5 s "
            + "(CredentialsTimeout). "
            + "Check the object that was given as Credentials.", error.Message);
    }

    [Fact]
    public async Task Credentials_that_block_their_thread_are_given_up_as_well()
    {
        using var release = new ManualResetEventSlim();
        using var source = new RdsAuthTokenSource(new()
        {
            Credentials = new Blocking(release),
            CredentialsTimeout = TimeSpan.FromMilliseconds(50)
        });

        var error = await Assert.ThrowsAsync<RdsAuthTokenException>(() => source.GetTokenAsync(Orders, Cancelled).AsTask());
        release.Set();

        Assert.Equal(RdsAuthTokenFailure.CredentialsTimedOut, error.Failure);
    }

    [Fact]
    public async Task A_renewal_that_hangs_is_given_up_and_tried_again_while_the_old_token_lives()
    {
        var credentials = new Scripted();
        using var source = new RdsAuthTokenSource(new() { Credentials = credentials, TimeProvider = _time, RenewJitter = TimeSpan.Zero });
        var first = await source.GetTokenAsync(Orders, Cancelled);
        _ = await source.GetTokenAsync(Orders, Cancelled);
        var failed = new TaskCompletionSource<RdsAuthTokenRenewalFailure>();
        source.RenewalFailed += (_, failure) => failed.TrySetResult(failure);
        credentials.Next = new TaskCompletionSource<ImmutableCredentials>().Task;
        _time.Advance(TimeSpan.FromMinutes(10));
        await credentials.Asked;

        await EventuallyTimedAsync(failed.Task, TimeSpan.FromSeconds(5));
        var failure = await failed.Task;
        Assert.Same(first, failure.LiveToken);
        Assert.Equal(RdsAuthTokenFailure.CredentialsTimedOut, Assert.IsType<RdsAuthTokenException>(failure.Exception).Failure);
        Assert.Same(first, await source.GetTokenAsync(Orders, Cancelled));

        var renewed = new TaskCompletionSource<RdsAuthToken>();
        source.Renewed += (_, renewal) => renewed.TrySetResult(renewal.Token);
        credentials.Next = null;
        _time.Advance(Assert.NotNull(failure.RetryIn));
        Assert.NotSame(first, await renewed.Task.WaitAsync(Cancelled));
    }

    [Fact]
    public async Task A_token_of_a_clock_that_is_given_has_the_time_of_that_clock()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero));
        using var source = new RdsAuthTokenSource(new() { Credentials = new BasicAWSCredentials("akid", "skid"), TimeProvider = time });

        var token = await source.GetTokenAsync(Orders, Cancelled);
        time.Advance(TimeSpan.FromHours(1));
        var later = await source.GetTokenAsync(Orders, Cancelled);

        Assert.Equal(new DateTimeOffset(2031, 5, 6, 7, 8, 9, TimeSpan.Zero), token.IssuedAt);
        Assert.Equal(token.IssuedAt + TimeSpan.FromHours(1), later.IssuedAt);
    }

    /// <summary>Moves the clock until the limit was armed and has passed: arming it happens on another thread.</summary>
    private async Task EventuallyTimedAsync(Task outcome, TimeSpan limit)
    {
        while (!outcome.IsCompleted)
        {
            _time.Advance(limit);
            await Task.WhenAny(outcome, Task.Delay(20, Cancelled));
        }
    }

    private sealed class Scripted : AWSCredentials
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<ImmutableCredentials>? Next { get; set; }

        internal Task Asked => _asked.Task;

        public override ImmutableCredentials GetCredentials() => throw new NotSupportedException();

        public override Task<ImmutableCredentials> GetCredentialsAsync()
        {
            if (Next is null)
                return Task.FromResult(new ImmutableCredentials("akid", "skid", null));
            _asked.TrySetResult();
            return Next;
        }
    }

    private sealed class Blocking(ManualResetEventSlim release) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials()
        {
            release.Wait();
            return new ImmutableCredentials("akid", "skid", null);
        }
    }
}
