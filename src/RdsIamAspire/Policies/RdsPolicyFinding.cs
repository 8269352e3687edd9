namespace RdsIamAspire;

/// <summary>One thing about a policy that <see cref="RdsDbConnectPolicy.Lint"/> found.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Place">Where: <c>Statement 2, Resource</c>.</param>
/// <param name="Message">What is wrong, with which value, and what to write.</param>
public sealed record RdsPolicyFinding(RdsPolicySeverity Severity, string Place, string Message)
{
    /// <summary>The line of the text, from 1, for what IAM would not take; null for what it takes.</summary>
    public int? Line { get; init; }

    /// <summary>The column in <see cref="Line"/>, in characters from 1.</summary>
    public int? Column { get; init; }

    /// <summary><c>error: Statement 2, Resource: …</c>, with the line and column where they are known.</summary>
    public override string ToString() =>
        $"{(Severity == RdsPolicySeverity.Error ? "error" : "warning")}: {Place}{(Line is null ? "" : $" (line {Line}, column {Column})")}:"
            + $" {Message}";
}
