using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// Every judged login of a service in the resource's log, a denial with its reason. The client itself is told no more than RDS tells.
/// </summary>
internal static partial class LoginLog
{
    internal static void Write(ILogger logger, LoginAttempt attempt, bool isOwnCheck)
    {
        if (isOwnCheck)
        {
            return;
        }

        if (attempt.Allowed)
        {
            Allowed(logger, attempt.User, attempt.ClientHost);
        }
        else
        {
            Denied(logger, attempt.User, attempt.ClientHost, attempt.Denial, ExplanationOf(attempt));
        }
    }

    /// <summary>Why, and what to do here: an AppHost has commands and references, where the emulator's own text names its API.</summary>
    internal static string ExplanationOf(LoginAttempt attempt) => attempt.Denial switch
    {
        LoginDenial.DeniedByFault => "A fault that a command of this resource has put in denies it; allow-connect or restart takes it out.",
        LoginDenial.UnknownAccessKey =>
            $"The access key {attempt.AccessKeyId ?? "of the token"} is none of this AppHost's: the client signs with AWS credentials "
                + "of its own. "
            + "Reference the database with WithReference, which hands the right ones out as AWS_ACCESS_KEY_ID and "
            + "AWS_SECRET_ACCESS_KEY, take AWS_PROFILE and "
            + "other AWS_ variables out of the client's environment, and start it again after a restart of the AppHost.",
        LoginDenial.WrongHost or LoginDenial.WrongPort =>
            WithoutApi(attempt.Explanation) + " Services of this AppHost get the right host and port with WithReference.",
        LoginDenial.Throttled =>
            "More new logins in one second than RDS takes (200 a second for IAM): use a connection pool, and log in again with back-off.",
        _ => attempt.Explanation,
    };

    private static string WithoutApi(string explanation) =>
        explanation.Replace(", or tell the emulator with AddEndpoint", string.Empty, StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Login of '{User}' from {Client} allowed.")]
    private static partial void Allowed(ILogger logger, string user, string client);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Login of '{User}' from {Client} denied: {Denial}. {Explanation}")]
    private static partial void Denied(ILogger logger, string user, string client, LoginDenial? denial, string explanation);
}
