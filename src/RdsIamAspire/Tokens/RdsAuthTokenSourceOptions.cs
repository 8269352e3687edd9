using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RdsIamAspire;

/// <summary>How an <see cref="RdsAuthTokenSource"/> makes and renews tokens.</summary>
public sealed class RdsAuthTokenSourceOptions
{
    /// <summary>Who signs; null takes <see cref="Identity"/>.</summary>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>
    /// Who signs, by name: a profile, a role; null takes the AWS SDK's default chain (environment, web identity, profile, container,
    /// instance), looked at again for each token.
    /// </summary>
    public RdsAwsIdentity? Identity { get; set; }

    /// <summary>
    /// How long one attempt to get credentials may take; zero or less is no limit. An attempt that is given up fails with
    /// <see cref="RdsAuthTokenFailure.CredentialsTimedOut"/>; keys that come later are still taken by the next. Default 5 seconds, well
    /// under a connection's timeout.
    /// </summary>
    public TimeSpan CredentialsTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The region for hosts whose name has none; null takes the AWS SDK's (AWS_REGION, profile, instance metadata).</summary>
    public string? Region { get; set; }

    /// <summary>The clock for expiry and renewal, and for the date in a token when it is not the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where renewals and their failures are logged; never a token.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>How long before its end a token is renewed in the background; at most a third of its life. Default 5 minutes.</summary>
    public TimeSpan RenewAhead { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A random time, up to this one, by which a renewal comes earlier, so that many processes do not renew at once; at most a tenth of a
    /// token's life. Default 1 minute.
    /// </summary>
    public TimeSpan RenewJitter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long before its end a token is no longer handed out: the time that a login may take to reach the server. Default 10 seconds.
    /// </summary>
    public TimeSpan ExpiryMargin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after a first failed renewal; it doubles with each further failure. Default 1 second.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause between two attempts of a failing renewal. Default 1 minute.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);
}
