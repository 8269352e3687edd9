namespace RdsIamAspire.Cli.Policies;

/// <summary>One thing about a policy.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Place">Where: <c>Statement 2, Resource</c>.</param>
/// <param name="Message">What is wrong, with which value, and what to do.</param>
internal sealed record PolicyFinding(PolicySeverity Severity, string Place, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Severity == PolicySeverity.Error ? "error" : "warning")}: {Place}: {Message}";
}

/// <summary>How much a finding matters.</summary>
internal enum PolicySeverity
{
    /// <summary>It works, and is wider or odder than it should be.</summary>
    Warning,

    /// <summary>The login it is meant for is refused, or the policy is none.</summary>
    Error,
}
