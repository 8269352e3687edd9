using System.Collections.Concurrent;

namespace RdsIamAspire.Credentials;

/// <summary>
/// Reads keys, each attempt within a limit of its own. Credentials of one identity are kept (they renew themselves) until they fail or
/// what they come from changes;
/// an attempt that was given up may still come late: the next one takes its keys when it does.
/// </summary>
internal sealed class CredentialReader(RdsAuthTokenSourceOptions options)
{
    private const int MostRounds = 8;

    /// <summary>A pool that takes this long for an empty piece of work has no thread to spare.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    private static readonly RdsAwsIdentity DefaultChain = new();

    private readonly ConcurrentDictionary<RdsAwsIdentity, Held> _held = new();

    /// <summary>The keys for a request.</summary>
    /// <exception cref="RdsAuthTokenException">
    /// They could not be had: one sentence that names the place, its reason, and what to do.
    /// </exception>
    internal async Task<AwsKeys> ReadAsync(RdsAuthTokenRequest request, string region, CancellationToken cancellationToken)
    {
        if ((request.Credentials ?? (request.Identity is null ? options.Credentials : null)) is { } given)
        {
            var source = new CredentialSource(CredentialKind.Given, $"the Credentials option ({given.GetType().Name})", "", () => given);
            return await LimitedAsync(source, CredentialThreads.Shared.RunAsync(() => AwsKeys.ReadAsync(given)),
                cancellationToken).ConfigureAwait(true);
        }

        var identity = request.Identity ?? options.Identity;
        var held = _held.GetOrAdd(identity ?? DefaultChain, static _ => new Held());
        var place = CredentialSources.Find(identity, region);
        try
        {
            return await LimitedAsync(place, held.ReadAsync(place), cancellationToken).ConfigureAwait(true);
        }
        catch (RdsAuthTokenException)
        {
            // The SDK's objects keep what they read of files and sessions, and hang behind a call that hangs: the next attempt has new
            // ones.
            held.Forget();
            throw;
        }
    }

    private async Task<AwsKeys> LimitedAsync(CredentialSource source, Task<AwsKeys> reading, CancellationToken cancellationToken)
    {
        try
        {
            var limit = options.CredentialsTimeout > TimeSpan.Zero ? options.CredentialsTimeout : Timeout.InfiniteTimeSpan;
            return await WithinAsync(reading, limit, cancellationToken).ConfigureAwait(true);
        }
        catch (TimeoutException e) when (!reading.IsCompleted)
        {
            _ = reading.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
            throw CredentialFailure.TimedOut(source, options.CredentialsTimeout, e);
        }
        catch (Exception e) when (e is not RdsAuthTokenException
            && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw CredentialFailure.Explain(source, e);
        }
    }

    /// <summary>
    /// The limit counts time in which the process's pool of threads works. Credentials of an asynchronous provider come by way of the pool,
    /// whose threads may all be blocked by callers that wait for just these credentials (a service that starts cold): then the answer is
    /// late for want of a thread and not of AWS. Whatever was due before the limit ended stands before a piece of work that is given to the
    /// pool at its end; when that piece is late too, the wait begins again, a few times.
    /// </summary>
    private async Task<AwsKeys> WithinAsync(Task<AwsKeys> reading, TimeSpan limit, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            var started = options.TimeProvider.GetTimestamp();
            try
            {
                return await reading.WaitAsync(limit, options.TimeProvider, cancellationToken).ConfigureAwait(true);
            }
            catch (TimeoutException) when (!reading.IsCompleted && round < MostRounds && ReferenceEquals(options.TimeProvider,
                TimeProvider.System))
            {
                await Task.WhenAny(reading, Task.Run(static () => { }, CancellationToken.None)).ConfigureAwait(true);
                if (!reading.IsCompleted && options.TimeProvider.GetElapsedTime(started) < limit + Late)
                    throw;
            }
        }
    }

    /// <summary>The credentials of one identity, and the last reading that was given up.</summary>
    private sealed class Held
    {
        private readonly Lock _lock = new();
        private string? _key;
        private Amazon.Runtime.AWSCredentials? _credentials;
        private Task<AwsKeys>? _current;
        private Task<AwsKeys>? _late;

        internal Task<AwsKeys> ReadAsync(CredentialSource source)
        {
            lock (_lock)
            {
                if (_key != source.Key)
                {
                    _credentials = null;
                    _late = null;
                    _key = source.Key;
                }

                var held = _credentials;
                var reading = CredentialThreads.Shared.RunAsync(async () =>
                {
                    var credentials = held ?? source.Create();
                    var keys = await AwsKeys.ReadAsync(credentials).ConfigureAwait(true);
                    Keep(source.Key, credentials);
                    return keys;
                });
                _current = reading;
                return _late is null ? reading : FirstAsync(reading, _late);
            }
        }

        internal void Forget()
        {
            lock (_lock)
            {
                _credentials = null;
                _late = _current is { IsCompleted: false } ? _current : null;
            }
        }

        private void Keep(string key, Amazon.Runtime.AWSCredentials credentials)
        {
            lock (_lock)
            {
                if (_key == key)
                    _credentials = credentials;
            }
        }

        /// <summary>Whichever keys come first; the failure is that of the new attempt.</summary>
        private static async Task<AwsKeys> FirstAsync(Task<AwsKeys> reading, Task<AwsKeys> late)
        {
            var first = await Task.WhenAny(reading, late).ConfigureAwait(true);
            if (first == reading || first.IsCompletedSuccessfully)
            {
                _ = (first == reading ? late : reading).ContinueWith(
                    static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                return await first.ConfigureAwait(true);
            }

            _ = late.Exception;
            return await reading.ConfigureAwait(true);
        }
    }
}
