using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>Every judged login of a service in the resource's log, a denial with its reason. The client itself is told no more than RDS tells.</summary>
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

    /// <summary>Why, and what to do here: a fault is taken back by a command of the resource, not by code.</summary>
    internal static string ExplanationOf(LoginAttempt attempt) =>
        attempt.Denial == LoginDenial.DeniedByFault
            ? "A fault that a command of this resource has put in denies it; allow-connect or restart takes it out."
            : attempt.Explanation;

    [LoggerMessage(Level = LogLevel.Debug, Message = "Login of '{User}' from {Client} allowed.")]
    private static partial void Allowed(ILogger logger, string user, string client);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Login of '{User}' from {Client} denied: {Denial}. {Explanation}")]
    private static partial void Denied(ILogger logger, string user, string client, LoginDenial? denial, string explanation);
}
