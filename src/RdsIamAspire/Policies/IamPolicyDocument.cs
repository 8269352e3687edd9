namespace RdsIamAspire;

/// <summary>An identity-based policy that IAM would take.</summary>
internal sealed record IamPolicyDocument
{
    /// <summary>Whether <c>${…}</c> are variables: only with the version 2012-10-17.</summary>
    public required bool HasVariables { get; init; }

    public required IReadOnlyList<IamStatement> Statements { get; init; }

    /// <exception cref="FormatException">IAM would not take the text; the message says what is wrong and where.</exception>
    public static IamPolicyDocument Parse(string json)
    {
        var (document, problems) = IamPolicyReader.Read(json);
        return document ?? throw new FormatException(
            problems[0] + (problems.Count == 1 ? "" : $" (and {problems.Count - 1} more: `rds-iam policy --lint` shows them all)"));
    }
}

/// <summary>One statement of a policy.</summary>
internal sealed record IamStatement
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    public string? Sid { get; init; }
    public required bool Allow { get; init; }
    public required IReadOnlyList<string> Actions { get; init; }
    public required bool NotAction { get; init; }
    public required IReadOnlyList<string> Resources { get; init; }
    public required bool NotResource { get; init; }
    public required IReadOnlyList<IamCondition> Conditions { get; init; }

    /// <summary>Whether <c>${…}</c> are variables.</summary>
    public required bool HasVariables { get; init; }

    /// <summary>Its Sid in quotes, else its number.</summary>
    public string Name => Sid is { Length: > 0 } sid ? $"'{sid}'" : $"{Number}";

    /// <summary>Whether it speaks of <c>rds-db:connect</c>.</summary>
    public bool CoversConnect => Actions.Any(action =>
        IamPattern.ForText(action == "*:*" ? "*" : action).Matches(RdsDbConnectPolicy.Action,
            ignoreCase: true) == IamAnswer.Yes) != NotAction;
}

/// <summary>What IAM would not take in a policy.</summary>
/// <param name="Place">The path: <c>Statement 2, Condition, StringEquals</c>.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Message">What is wrong, with which value, and what to write.</param>
internal sealed record IamPolicyProblem(string Place, int Line, int Column, string Message)
{
    /// <summary><c>Statement 2, Effect (line 4, column 12): …</c></summary>
    public override string ToString() => $"{Place} (line {Line}, column {Column}): {Message}";
}
