namespace RdsIamAspire.Emulator;

/// <summary>What RDS would write into its <c>iam-db-auth-error</c> log for a denial.</summary>
/// <remarks>Source: Amazon RDS User Guide, "Troubleshooting for IAM DB authentication".</remarks>
internal sealed record AwsErrorLog(string Code, string Text)
{
    /// <summary>The entry; null for what RDS's IAM service never sees (a login without TLS).</summary>
    public static AwsErrorLog? For(LoginDenial denial, string user, string? principalArn, bool outage)
    {
        return denial switch
        {
            LoginDenial.NoTls => null,
            LoginDenial.DeniedByFault when outage => Internal(),
            LoginDenial.InternalError => Internal(),
            LoginDenial.TokenExpired =>
                new(
                    "400 ExpiredToken",
                    $"Failed to authenticate the connection request for user {user} because the token age is longer than 15 minutes."),
            LoginDenial.NotAuthorized or LoginDenial.DeniedByFault => new("403 NotAuthorized",
                $"Failed to authorize the connection request for user {user} because the IAM policy assumed by the caller "
                    + $"'{principalArn}' is not authorized to perform `rds-db:connect` on the DB instance."),
            LoginDenial.Throttled =>
                new(
                    "429 ThrottlingException",
                    $"Failed to authorize the connection request for user {user} due to IAM DB authentication throttling."),
            _ =>
                new(
                    "400 InvalidToken",
                    $"Failed to authenticate the connection request for user {user} because the provided token is malformed or "
                        + "otherwise invalid."),
        };

        AwsErrorLog Internal() =>
            new(
                "500 InternalError",
                $"Failed to authorize the connection request for user {user} because of an internal IAM DB authentication error.");
    }
}
