namespace RdsIamAspire;

/// <summary>What <see cref="RdsAuthTokenSource.Renewed"/> tells: a token was made.</summary>
/// <param name="Request">What it was asked for.</param>
/// <param name="Token">The token.</param>
/// <param name="Duration">How long reading the credentials and signing took.</param>
public sealed record RdsAuthTokenRenewal(RdsAuthTokenRequest Request, RdsAuthToken Token, TimeSpan Duration);

/// <summary>What <see cref="RdsAuthTokenSource.RenewalFailed"/> tells: a token could not be made.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Exception">Why.</param>
/// <param name="LiveToken">
/// The token that is kept and handed out meanwhile; null when there is none, and callers then get <paramref name="Exception"/>.
/// </param>
/// <param name="RetryIn">When the next attempt is made in the background; null when only the next caller makes one.</param>
/// <param name="Attempt">How many attempts have failed in a row.</param>
public sealed record RdsAuthTokenRenewalFailure(
    RdsAuthTokenRequest Request, Exception Exception, RdsAuthToken? LiveToken, TimeSpan? RetryIn, int Attempt);
