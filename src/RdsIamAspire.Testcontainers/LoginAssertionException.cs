using RdsIamAspire.Emulator;

namespace RdsIamAspire.Testcontainers;

/// <summary>A login did not end as the test said. Any test framework reports it as a failure.</summary>
public sealed class LoginAssertionException : Exception
{
    internal LoginAssertionException(string expected, IReadOnlyList<LoginAttempt> seen)
        : base($"Expected {expected}. Logins seen: {(seen.Count == 0 ? "none." : string.Concat(seen.TakeLast(5).Select(Line)))}")
    {
    }

    private static string Line(LoginAttempt attempt) =>
        $"{Environment.NewLine}  {attempt.User} from {attempt.ClientHost}: {attempt.Denial?.ToString() ?? "allowed"}. {attempt.Explanation}";
}
