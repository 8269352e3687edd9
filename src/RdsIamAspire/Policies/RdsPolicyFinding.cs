namespace RdsIamAspire;

/// <summary>One thing wrong with a policy.</summary>
/// <param name="Problem">What kind.</param>
/// <param name="Statement">Which statement, from 1; 0 is the whole document.</param>
/// <param name="Message">What is wrong, with which value, and what to write instead.</param>
public sealed record RdsPolicyFinding(RdsPolicyProblem Problem, int Statement, string Message)
{
    /// <summary>The message, with its place.</summary>
    public override string ToString() => Statement == 0 ? Message : $"Statement {Statement}: {Message}";
}
