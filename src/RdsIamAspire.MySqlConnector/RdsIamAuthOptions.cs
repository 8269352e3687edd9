using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RdsIamAspire.MySqlConnector;

/// <summary>
/// What an IAM login needs beyond the connection string. On RDS nothing: host, port and user are in the string, the region is in the
/// host's name.
/// </summary>
public class RdsIamAuthOptions
{
    /// <summary>
    /// The region, for hosts whose name has none (a tunnel, a CNAME, a local server). Null takes the AWS SDK's own (AWS_REGION, profile,
    /// instance metadata).
    /// </summary>
    public string? Region { get; set; }

    /// <summary>
    /// The endpoint's own host name, when what is dialled is a tunnel, a port-forward or a CNAME. The token is signed for it, and the
    /// server's
    /// certificate is checked against it. Null takes the connection string's server.
    /// </summary>
    public string? SignForHost { get; set; }

    /// <summary>
    /// The endpoint's own port, when another one is dialled. Null takes 3306 with <see cref="SignForHost"/>, else the connection string's
    /// port.
    /// </summary>
    public int? SignForPort { get; set; }

    /// <summary>
    /// A PEM file of CA certificates that wins over the embedded bundle, as does <c>SslCa</c> in the connection string. Read once.
    /// </summary>
    public string? CaCertificatePath { get; set; }

    /// <summary>
    /// Who signs; null takes <see cref="Profile"/> and <see cref="RoleArn"/>, and without these the AWS SDK's default chain.
    /// </summary>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>The AWS profile that signs, or that assumes <see cref="RoleArn"/>.</summary>
    public string? Profile { get; set; }

    /// <summary>The ARN of a role that is assumed with the credentials found, and signs.</summary>
    public string? RoleArn { get; set; }

    /// <summary>The name of the role's session; null takes <c>rds-iam-</c> and the process's id.</summary>
    public string? RoleSessionName { get; set; }

    /// <summary>The external id that the role's trust policy asks for.</summary>
    public string? ExternalId { get; set; }

    /// <summary>How long the role's session lasts; null takes an hour, as STS does.</summary>
    public TimeSpan? RoleDuration { get; set; }

    /// <summary>
    /// How long one attempt to get credentials may take; null takes the source's, which is 5 seconds. Ignored with a
    /// <see cref="TokenSource"/> of your own.
    /// </summary>
    public TimeSpan? CredentialsTimeout { get; set; }

    /// <summary>
    /// How long before its end a token is renewed in the background; null takes the source's, which is 5 minutes. Ignored with a
    /// <see cref="TokenSource"/> of your own.
    /// </summary>
    public TimeSpan? RenewAhead { get; set; }

    /// <summary>
    /// Opens connections without regard to RDS's limit on new logins: as many at once as are asked for, and a new token that is refused is
    /// not tried again. Default false: after a start, an idle time or a refusal one login goes ahead and the others follow as it passes,
    /// and a login that has passed before and is refused with a new token is tried again for up to 5 seconds, with growing random pauses
    /// (docs/scale.md).
    /// </summary>
    public bool DisableLoginPacing { get; set; }

    /// <summary>
    /// Within which time, from when the data source was built or lost its server, its next login has a random moment, so that a fleet does
    /// not log in at one instant. Null takes 1 second for an endpoint of RDS and none for other hosts; zero is none.
    /// </summary>
    public TimeSpan? LoginSpread { get; set; }

    /// <summary>A source of tokens to share with others; the caller disposes it. Null takes one of this library's own.</summary>
    public RdsAuthTokenSource? TokenSource { get; set; }

    /// <summary>Where refused logins are explained; never a token.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The clock for the age of tokens, and for their dates when it is not the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Profile and role as an identity; null when neither is set.</summary>
    internal RdsAwsIdentity? Identity => (Text(Profile), Text(RoleArn)) is (null, null)
        ? null
        : new RdsAwsIdentity
        {
            Profile = Text(Profile),
            RoleArn = Text(RoleArn),
            RoleSessionName = Text(RoleSessionName),
            ExternalId = Text(ExternalId),
            RoleDuration = RoleDuration,
        };

    /// <summary>Everything that these options say, for settings that are read into others.</summary>
    internal void CopyTo(RdsIamAuthOptions other)
    {
        other.Region = Region;
        other.SignForHost = SignForHost;
        other.SignForPort = SignForPort;
        other.CaCertificatePath = CaCertificatePath;
        other.Credentials = Credentials;
        other.Profile = Profile;
        other.RoleArn = RoleArn;
        other.RoleSessionName = RoleSessionName;
        other.ExternalId = ExternalId;
        other.RoleDuration = RoleDuration;
        other.CredentialsTimeout = CredentialsTimeout;
        other.RenewAhead = RenewAhead;
        other.DisableLoginPacing = DisableLoginPacing;
        other.LoginSpread = LoginSpread;
        other.TokenSource = TokenSource;
        other.LoggerFactory = LoggerFactory;
        other.TimeProvider = TimeProvider;
    }

    internal TimeSpan LoginSpreadFor(string host) =>
        LoginSpread
            ?? (RdsEndpoint.TryParse(host, RdsEndpoint.DefaultPort, out var endpoint) && endpoint.IsRds
                ? TimeSpan.FromSeconds(1)
                : TimeSpan.Zero);

    /// <summary>A source with this data source's own times; null when the shared one serves.</summary>
    internal RdsAuthTokenSource? CreateOwnSource()
    {
        if (CredentialsTimeout is null && RenewAhead is null && ReferenceEquals(TimeProvider, TimeProvider.System))
            return null;
        var options = new RdsAuthTokenSourceOptions { LoggerFactory = LoggerFactory, TimeProvider = TimeProvider };
        options.CredentialsTimeout = CredentialsTimeout ?? options.CredentialsTimeout;
        options.RenewAhead = RenewAhead ?? options.RenewAhead;
        return new RdsAuthTokenSource(options);
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
