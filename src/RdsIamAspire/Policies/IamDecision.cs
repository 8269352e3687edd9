namespace RdsIamAspire;

/// <summary>What a principal's policies say to one <c>rds-db:connect</c>; the reason is for the developer.</summary>
/// <remarks>
/// Source: IAM User Guide, "Policy evaluation logic": an explicit Deny wins, then an Allow; without either the answer is no.
/// </remarks>
internal sealed record IamDecision
{
    private const string Action = RdsDbConnectPolicy.Action;

    /// <summary>Whether the login is let in; Maybe when that depends on what is not known.</summary>
    public required IamAnswer Allowed { get; init; }

    /// <summary>The statement and why, without a full stop.</summary>
    public required string Reason { get; init; }

    /// <summary>The statement that decides; null when none does.</summary>
    public IamStatement? Statement { get; init; }

    /// <summary>The conditions that decide, each with the value that the request has; null when none does.</summary>
    public string? Conditions { get; init; }

    /// <summary>The policies' statements on the action, and what each says.</summary>
    public static IamDecision Make(IReadOnlyList<IamPolicyDocument> policies, IamRequest request)
    {
        var findings = policies
            .SelectMany((policy, index) =>
                policy.Statements.Select(statement => new Finding(statement, policies.Count > 1 ? index + 1 : null, request)))
            .Where(finding => finding.Statement.CoversConnect)
            .ToList();

        foreach (var sure in (ReadOnlySpan<IamAnswer>)[IamAnswer.Yes, IamAnswer.Maybe])
        {
            if (findings.Find(finding => !finding.Statement.Allow && finding.Applies == sure) is not { } deny)
                continue;
            var hope = findings.Exists(finding => finding.Statement.Allow && finding.Applies != IamAnswer.No);
            if (sure == IamAnswer.Maybe && !hope)
                continue;
            var conditions = deny.Conditions(sure);
            return new()
            {
                Allowed = sure == IamAnswer.Yes ? IamAnswer.No : IamAnswer.Maybe,
                Reason = $"{deny.Name} denies {Action} on {request.Resource}"
                    + (conditions is null ? "" : $" under a condition that holds: {conditions}"),
                Statement = deny.Statement,
                Conditions = conditions,
            };
        }

        var allow = findings.Where(finding => finding.Statement.Allow).MaxBy(finding => finding.Applies);
        return allow is not { Applies: not IamAnswer.No } ? WhyNot(findings, request) : new()
        {
            Allowed = allow.Applies,
            Reason = $"{allow.Name} allows it",
            Statement = allow.Statement,
            Conditions = allow.Conditions(IamAnswer.Maybe),
        };
    }

    private static IamDecision WhyNot(List<Finding> findings, IamRequest request)
    {
        if (findings.Count == 0)
            return Denied($"no policy names the action {Action}; add a statement that allows {Action} on {request.Resource}");
        if (findings.Find(finding => finding.Statement.Allow && finding.Resource != IamAnswer.No) is { } conditional)
        {
            var failing = conditional.Conditions(IamAnswer.No);
            var reason = $"{conditional.Name} allows {Action} on {request.Resource} only under a condition that does not hold: {failing}";
            return Denied(reason) with { Conditions = failing };
        }

        var nearMiss = findings
            .Where(finding => finding.Statement is { Allow: true, NotResource: false })
            .SelectMany(finding => finding.Resources)
            .Select(pattern => IamNearMiss.Find(pattern, request))
            .OfType<string>()
            .FirstOrDefault();
        return Denied($"no statement allows {Action} on {request.Resource}{(nearMiss is null ? "" : $"; {nearMiss}")}");

        static IamDecision Denied(string reason) => new() { Allowed = IamAnswer.No, Reason = reason };
    }

    private sealed class Finding
    {
        private readonly IReadOnlyList<(IamCondition Condition, IamAnswer Holds)> _conditions;
        private readonly IamRequest _request;

        public Finding(IamStatement statement, int? policy, IamRequest request)
        {
            (Statement, _request) = (statement, request);
            Name = $"statement {statement.Name}{(policy is null ? "" : $" of policy {policy}")}";
            Resources = [.. statement.Resources.Select(text => IamPattern.ForResource(text, statement.HasVariables, request))];
            var covered = Resources.Select(pattern => pattern.Matches(request.Resource)).Any();

            // IAM User Guide, "Variables and tags": a variable without a value makes the statement invalid. In a NotResource it would widen
            // it.
            Resource = !statement.NotResource ? covered
                : Resources.Any(pattern => pattern.Unresolved is not null) ? IamAnswer.No
                : covered.Not();
            _conditions = [.. statement.Conditions.Select(condition => (condition, condition.Holds(request, statement.HasVariables)))];
            Applies = _conditions.Select(condition => condition.Holds).Append(Resource).All();
        }

        public IamStatement Statement { get; }
        public string Name { get; }
        public IReadOnlyList<IamPattern> Resources { get; }
        public IamAnswer Resource { get; }
        public IamAnswer Applies { get; }

        /// <summary>The conditions with this answer, each with the value that the request has; null when there is none.</summary>
        public string? Conditions(IamAnswer which) => string.Join(" and ", _conditions
            .Where(condition => condition.Holds == which)
            .Select(condition => $"{condition.Condition}, and {condition.Condition.Seen(_request)}")) is { Length: > 0 } said ? said : null;
    }
}
