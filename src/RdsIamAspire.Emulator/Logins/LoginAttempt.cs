namespace RdsIamAspire.Emulator;

/// <summary>One judged login. It holds no token, signature or secret.</summary>
public sealed record LoginAttempt
{
    /// <summary>The database user that logged in.</summary>
    public required string User { get; init; }

    /// <summary>The host name or address that the server sees the client at.</summary>
    public required string ClientHost { get; init; }

    /// <summary>When it was judged, by the emulator's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whether the user is in.</summary>
    public bool Allowed => Denial is null;

    /// <summary>Why not; null when allowed.</summary>
    public LoginDenial? Denial { get; init; }

    /// <summary>What was wrong, with which value, and what to do; when allowed, who came in.</summary>
    public required string Explanation { get; init; }

    /// <summary>
    /// What RDS would write into its iam-db-auth-error log, such as <c>400 InvalidToken</c>; null when allowed.
    /// Source: Amazon RDS User Guide, "Troubleshooting for IAM DB authentication".
    /// </summary>
    public string? ErrorCode { get; init; }

    /// <summary>The text that goes with <see cref="ErrorCode"/> in that log; null when allowed.</summary>
    public string? ErrorText { get; init; }

    /// <summary>The id of the access key in the token; not a secret. Null when no token could be read.</summary>
    public string? AccessKeyId { get; init; }

    /// <summary>The ARN of the principal that the access key belongs to; null when unknown.</summary>
    public string? PrincipalArn { get; init; }

    /// <summary>Whether the connection is encrypted; null when the server does not tell.</summary>
    public bool? Tls { get; init; }

    /// <summary>How long it took to judge the login, without the way from and to the server.</summary>
    public TimeSpan JudgedIn { get; init; }
}
