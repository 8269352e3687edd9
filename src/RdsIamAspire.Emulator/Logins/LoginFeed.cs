using System.Collections.Immutable;
using System.Threading.Channels;

namespace RdsIamAspire.Emulator;

/// <summary>
/// Hands each judged login to everybody who watches. A watcher that falls behind by 1,000 loses the oldest, and holds up nobody.
/// </summary>
internal sealed class LoginFeed
{
    private ImmutableArray<Channel<LoginAttempt>> _watchers = [];
    private volatile bool _ended;

    public void Publish(LoginAttempt attempt)
    {
        foreach (var watcher in _watchers)
            watcher.Writer.TryWrite(attempt);
    }

    /// <summary>From the call on, not from the first read.</summary>
    public IAsyncEnumerable<LoginAttempt> WatchAsync(CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<LoginAttempt>(
            new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        ImmutableInterlocked.Update(ref _watchers, (watchers, added) => watchers.Add(added), channel);
        if (_ended)
            channel.Writer.TryComplete();
        return ReadAsync(channel, cancellationToken);
    }

    public void End()
    {
        _ended = true;
        foreach (var watcher in _watchers)
            watcher.Writer.TryComplete();
    }

    private async IAsyncEnumerable<LoginAttempt> ReadAsync(
        Channel<LoginAttempt> channel,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var attempt in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return attempt;
        }
        finally
        {
            ImmutableInterlocked.Update(ref _watchers, (watchers, gone) => watchers.Remove(gone), channel);
        }
    }
}
