namespace RdsIamAspire;

/// <summary>One thing about a policy that <see cref="RdsDbConnectPolicy.Lint"/> found.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Place">Where: <c>Statement 2, Resource</c>.</param>
/// <param name="Message">What is wrong, with which value, and what to write.</param>
public sealed record RdsPolicyFinding(RdsPolicySeverity Severity, string Place, string Message)
{
    /// <summary><c>error: Statement 2, Resource: …</c></summary>
    public override string ToString() => $"{(Severity == RdsPolicySeverity.Error ? "error" : "warning")}: {Place}: {Message}";
}
