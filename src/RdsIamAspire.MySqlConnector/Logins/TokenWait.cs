using System.Runtime.ExceptionServices;

namespace RdsIamAspire.MySqlConnector.Logins;

/// <summary>Waiting for a token that is being made, and no longer than the login has.</summary>
internal readonly struct TokenWait(RdsAuthTokenRequest request, TimeSpan patience)
{
    /// <summary>As many times a blocking caller of a pool without threads waits again.</summary>
    private const int Rounds = 8;

    /// <exception cref="RdsAuthTokenException">No token could be made, or none in time.</exception>
    internal async Task<RdsAuthToken> ForAsync(Task<RdsAuthToken> making, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await making.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw Late(e);
        }
    }

    /// <summary>
    /// As <see cref="ForAsync"/>, blocking; without a timer, whose callback would come from the pool that the callers block.
    /// </summary>
    /// <inheritdoc cref="ForAsync" path="/exception"/>
    internal RdsAuthToken Block(Task<RdsAuthToken> making)
    {
        try
        {
            // A pool that is blocked to its last thread makes everything late, the credentials too: to give up then helps nobody.
            for (var round = 1; !making.Wait(patience); round++)
            {
                if (round == Rounds || ThreadPool.PendingWorkItemCount == 0)
                    throw Late(null);
            }
        }
        catch (AggregateException e) when (e.InnerException is RdsAuthTokenException or ObjectDisposedException)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
        }

        return making.GetAwaiter().GetResult();
    }

    private RdsAuthTokenException Late(Exception? e) => new(RdsAuthTokenFailure.CredentialsTimedOut,
        $"The AWS credentials for {request} were not to be had within {patience.TotalSeconds:0} s, the time that a connection may take "
            + "to open. Check the provider that they come from (instance metadata, SSO, web identity).", e);
}
