namespace RdsIamAspire.Tests.Tokens;

/// <summary>What a source says of its renewals, as something to wait for.</summary>
internal static class RenewalEvents
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<RdsAuthToken> NextRenewalAsync(this RdsAuthTokenSource source, CancellationToken cancellationToken)
    {
        var next = new TaskCompletionSource<RdsAuthToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        source.Renewed += (_, renewal) => next.TrySetResult(renewal.Token);
        return next.Task.WaitAsync(Patience, cancellationToken);
    }

    public static Task<RdsAuthTokenRenewalFailure> NextFailureAsync(this RdsAuthTokenSource source, CancellationToken cancellationToken)
    {
        var next = new TaskCompletionSource<RdsAuthTokenRenewalFailure>(TaskCreationOptions.RunContinuationsAsynchronously);
        source.RenewalFailed += (_, failure) => next.TrySetResult(failure);
        return next.Task.WaitAsync(Patience, cancellationToken);
    }
}
