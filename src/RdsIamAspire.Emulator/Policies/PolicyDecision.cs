namespace RdsIamAspire.Emulator;

/// <summary>What a principal's policies say to one <c>rds-db:connect</c>; the reason is for the developer.</summary>
internal sealed record PolicyDecision(bool Allowed, string Reason)
{
    private const string Action = "rds-db:connect";

    /// <summary>An explicit Deny wins, then an Allow; without either the answer is no.</summary>
    /// <param name="policies">The principal's identity-based policies.</param>
    /// <param name="resource">The database user: <c>arn:partition:rds-db:region:account:dbuser:resource-id/user</c>.</param>
    /// <param name="principalArn">Gives <c>${aws:username}</c> its value.</param>
    public static PolicyDecision Make(IEnumerable<IamPolicy> policies, string resource, string principalArn)
    {
        var statements = policies.SelectMany(policy => policy.Statements).Where(CoversAction).ToList();
        var applicable = statements.Where(statement => CoversResource(statement, resource, principalArn)).ToList();

        if (applicable.Find(statement => !statement.Allow) is { } deny)
        {
            return new(false, deny.ConditionKeys.Count == 0
                ? $"statement {deny.Name} denies {Action} on {resource}"
                : $"statement {deny.Name} denies {Action} under a Condition ({string.Join(", ", deny.ConditionKeys)}); conditions are not evaluated here, a Deny with one counts as a Deny");
        }

        if (applicable.Find(statement => statement.Allow && statement.ConditionKeys.Count == 0) is { } allow)
            return new(true, $"statement {allow.Name} allows it");

        if (applicable.Find(statement => statement.Allow) is { } conditional)
        {
            return new(false,
                $"statement {conditional.Name} allows {Action} only under a Condition ({string.Join(", ", conditional.ConditionKeys)}); conditions are not evaluated here, an Allow with one does not count"
                + " (RDS itself knows no aws:Referer, aws:SourceIp, aws:SourceVpc, aws:SourceVpce, aws:UserAgent, aws:VpcSourceIp for it). Take the Condition out for local use");
        }

        if (statements.Count == 0)
            return new(false, $"no policy names the action {Action}; add a statement that allows {Action} on {resource}");

        var nearMiss = statements.Where(statement => statement.Allow && !statement.NotResource)
            .SelectMany(statement => statement.Resources)
            .Select(pattern => NearMiss(Substitute(pattern, principalArn), resource))
            .OfType<string>()
            .FirstOrDefault();
        return new(false, $"no statement allows {Action} on {resource}" + (nearMiss is null ? "" : $"; {nearMiss}"));
    }

    private static bool CoversAction(IamStatement statement) =>
        statement.Actions.Any(pattern => Wildcard.Matches(pattern, Action, ignoreCase: true)) != statement.NotAction;

    private static bool CoversResource(IamStatement statement, string resource, string principalArn) =>
        statement.Resources.Any(pattern => MatchesArn(Substitute(pattern, principalArn), resource)) != statement.NotResource;

    // The one policy variable that database users are named by: IAM User Guide, "IAM policy elements: Variables and tags".
    private static string Substitute(string pattern, string principalArn)
    {
        var user = principalArn.Contains(":user/", StringComparison.Ordinal) ? principalArn[(principalArn.LastIndexOf('/') + 1)..] : null;
        return user is null ? pattern : pattern.Replace("${aws:username}", user, StringComparison.OrdinalIgnoreCase);
    }

    // Wildcards do not cross the colons of an ARN, missing fields count as '*' (IAM User Guide, "IAM JSON policy elements: Resource").
    private static bool MatchesArn(string pattern, string resource)
    {
        if (pattern == "*")
            return true;
        var (wanted, actual) = (pattern.Split(':', 6), resource.Split(':', 6));
        return wanted[0] == "arn" && wanted.Select((field, index) => Wildcard.Matches(field, actual[index], ignoreCase: false)).All(matches => matches);
    }

    /// <summary>What the first field that differs tells: the usual mistakes of such policies.</summary>
    private static string? NearMiss(string pattern, string resource)
    {
        var (wanted, actual) = (pattern.Split(':', 6), resource.Split(':', 6));
        if (wanted.Length < 6 || wanted[0] != "arn")
            return $"'{pattern}' is not the ARN of a database user";
        if (wanted[2] != "rds-db")
            return $"'{pattern}' is an ARN of the service '{wanted[2]}'; a database user's is of 'rds-db'";

        string[] names = ["", "partition", "", "region", "account"];
        foreach (var field in (ReadOnlySpan<int>)[1, 3, 4])
        {
            if (!Wildcard.Matches(wanted[field], actual[field], ignoreCase: false))
                return $"'{pattern}' names the {names[field]} '{wanted[field]}', the database's is '{actual[field]}'";
        }

        if (!wanted[5].StartsWith("dbuser:", StringComparison.Ordinal))
            return $"'{pattern}' has no ':dbuser:' with a colon before the resource id";
        var (want, have) = (wanted[5]["dbuser:".Length..].Split('/', 2), actual[5]["dbuser:".Length..].Split('/', 2));
        if (want.Length < 2)
            return $"'{pattern}' names no database user after the resource id ('…dbuser:{have[0]}/{have[1]}')";
        if (!Wildcard.Matches(want[0], have[0], ignoreCase: false))
        {
            return want[0].StartsWith("db-", StringComparison.Ordinal) || want[0].StartsWith("cluster-", StringComparison.Ordinal) || want[0].StartsWith("prx-", StringComparison.Ordinal)
                ? $"'{pattern}' names the resource id '{want[0]}', the database's is '{have[0]}' (db-… an instance, cluster-… an Aurora cluster, prx-… a proxy)"
                : $"'{pattern}' names '{want[0]}', which looks like an instance or cluster name; the ARN needs the resource id '{have[0]}'";
        }

        return Wildcard.Matches(want[1], have[1], ignoreCase: true)
            ? $"'{pattern}' differs in the case of the user name: '{want[1]}' and '{have[1]}'"
            : $"'{pattern}' is for the user '{want[1]}'";
    }
}
