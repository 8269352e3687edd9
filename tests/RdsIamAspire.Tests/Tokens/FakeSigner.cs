using Microsoft.Extensions.Time.Testing;

namespace RdsIamAspire.Tests.Tokens;

/// <summary>A signer whose answers the test chooses and whose clock is the test's. Its tokens are shaped like real ones.</summary>
internal sealed class FakeSigner(RdsAuthTokenSourceOptions options, FakeTimeProvider time) : RdsAuthTokenSigner(options)
{
    private int _calls;

    /// <summary>How many tokens were asked for, whether or not they came.</summary>
    internal int Calls => Volatile.Read(ref _calls);

    /// <summary>When the credentials end; null is never.</summary>
    internal DateTimeOffset? CredentialsEnd { get; set; }

    /// <summary>What the next tokens fail with; null makes them.</summary>
    internal Exception? Failure { get; set; }

    /// <summary>What the next tokens wait for.</summary>
    internal Task Gate { get; set; } = Task.CompletedTask;

    internal override async Task<RdsAuthToken> SignAsync(RdsAuthTokenRequest request, CancellationToken cancellationToken)
    {
        var call = Interlocked.Increment(ref _calls);
        await Gate.WaitAsync(cancellationToken);
        if (Failure is { } failure)
            throw failure;
        var date = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return RdsAuthToken.Parse(
            $"{request.Host}:{request.Port}/?Action=connect&DBUser={request.User}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=akid%2F{date[..8]}%2Feu-west-1%2Frds-db%2Faws4_request"
            + $"&X-Amz-Date={date}&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature={call:x64}").BoundedBy(CredentialsEnd);
    }
}
