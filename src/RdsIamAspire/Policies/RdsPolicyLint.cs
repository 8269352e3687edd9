using System.Text.Json;
using Amazon;

namespace RdsIamAspire;

/// <summary>The checks behind <see cref="RdsDbConnectPolicy.Lint"/>.</summary>
internal static class RdsPolicyLint
{
    /// <summary>Amazon RDS User Guide, "IAM database authentication for MariaDB, MySQL, and PostgreSQL", limitations.</summary>
    private static readonly HashSet<string> UnsupportedKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:Referer", "aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce", "aws:UserAgent", "aws:VpcSourceIp",
    };

    private static readonly HashSet<string> KnownRegions = RegionEndpoint.EnumerableAllRegions.Select(r => r.SystemName).ToHashSet();

    internal static IReadOnlyList<RdsPolicyFinding> Check(string document)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(document, new JsonDocumentOptions { AllowTrailingCommas = false });
        }
        catch (JsonException e)
        {
            throw new FormatException($"The policy is not JSON: {e.Message}", e);
        }

        using (json)
        {
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("Statement", out var statements))
                throw new FormatException("""The policy has no "Statement"; a policy looks like {"Version": "2012-10-17", "Statement": [ … ]}.""");
            var knowsVariables = json.RootElement.TryGetProperty("Version", out var version) && version.ValueKind == JsonValueKind.String && version.GetString() == "2012-10-17";
            var findings = new List<RdsPolicyFinding>();
            var allows = false;
            var number = 0;
            foreach (var statement in Items(statements))
            {
                number++;
                if (statement.ValueKind != JsonValueKind.Object)
                    throw new FormatException($"Statement {number} of the policy is not an object.");
                allows |= CheckStatement(statement, number, knowsVariables, findings);
            }

            if (!allows && !findings.Any(f => f.Problem == RdsPolicyProblem.WrongAction))
                findings.Insert(0, new(RdsPolicyProblem.NothingAllowed, 0, $"No statement allows {RdsDbConnectPolicy.Action}, so every login is denied."));
            return findings;
        }
    }

    /// <summary>Whether the statement allows the action, whatever else is wrong with it.</summary>
    private static bool CheckStatement(JsonElement statement, int number, bool knowsVariables, List<RdsPolicyFinding> findings)
    {
        var concerns = false;
        foreach (var action in Strings(statement, "Action"))
        {
            if (Matches(action, RdsDbConnectPolicy.Action))
            {
                concerns = true;
            }
            else if (action.EndsWith(":connect", StringComparison.OrdinalIgnoreCase) || action.StartsWith("rds-db:", StringComparison.OrdinalIgnoreCase))
            {
                findings.Add(new(RdsPolicyProblem.WrongAction, number, $"The action '{action}' does not let anybody log in to a database; write '{RdsDbConnectPolicy.Action}'."));
            }
        }

        if (!concerns)
            return false;
        foreach (var resource in Strings(statement, "Resource"))
            CheckResource(resource, number, knowsVariables, findings);
        if (statement.TryGetProperty("Condition", out var condition) && condition.ValueKind == JsonValueKind.Object)
        {
            foreach (var key in condition.EnumerateObject().Where(o => o.Value.ValueKind == JsonValueKind.Object).SelectMany(o => o.Value.EnumerateObject()).Select(k => k.Name))
            {
                if (UnsupportedKeys.Contains(key))
                {
                    findings.Add(new(RdsPolicyProblem.UnsupportedConditionKey, number,
                        $"The condition key '{key}' is not supported for {RdsDbConnectPolicy.Action}; remove it, and restrict the network with security groups."));
                }
            }
        }

        return statement.TryGetProperty("Effect", out var effect) && effect.ValueKind == JsonValueKind.String && effect.GetString() == "Allow";
    }

    private static void CheckResource(string resource, int number, bool knowsVariables, List<RdsPolicyFinding> findings)
    {
        void Add(RdsPolicyProblem problem, string message) => findings.Add(new(problem, number, message));

        if (resource == "*")
        {
            Add(RdsPolicyProblem.TooBroad, "The resource '*' allows every user of every database; name the database and the user.");
            return;
        }

        var parts = resource.Split(':', 7);
        if (parts is not ["arn", var partition, "rds-db", var region, _, "dbuser", var path])
        {
            Add(RdsPolicyProblem.WrongResource, resource.Contains(":rds:", StringComparison.Ordinal)
                ? $"The resource '{resource}' is the database's own ARN, which is for managing it; logins need 'arn:aws:rds-db:region:account:dbuser:resource-id/user'."
                : $"The resource '{resource}' is not of the form 'arn:aws:rds-db:region:account:dbuser:resource-id/user'.");
            return;
        }

        var slash = path.IndexOf('/');
        var id = slash < 0 ? path : path[..slash];
        var user = slash < 0 ? "" : path[(slash + 1)..];
        if (user.Length == 0)
            Add(RdsPolicyProblem.WrongResource, $"The resource '{resource}' names no database user; end it with '/user'.");
        else if (user.Contains('@'))
            Add(RdsPolicyProblem.WrongResource, $"The resource '{resource}' has a host after the user; write the user's name alone.");
        else if (id == "*" && user == "*")
            Add(RdsPolicyProblem.TooBroad, $"The resource '{resource}' allows every user of every database; name the database and the user.");
        if (!RdsDbUserArn.IsResourceId(id))
        {
            Add(RdsPolicyProblem.NotAResourceId,
                $"'{id}' in '{resource}' is not a resource id but looks like a name. Write the DbiResourceId of the instance (db-…), the DbClusterResourceId of the cluster (cluster-…) "
                + "or the id of the proxy (prx-…).");
        }

        if (!region.ContainsAny('*', '?'))
        {
            if (!KnownRegions.Contains(region))
                Add(RdsPolicyProblem.WrongRegion, $"'{region}' in '{resource}' is not a region that the AWS SDK knows; check its spelling.");
            else if (partition != "*" && AwsPartition.FromRegion(region).Name != partition)
                Add(RdsPolicyProblem.WrongRegion, $"The region '{region}' in '{resource}' belongs to the partition '{AwsPartition.FromRegion(region)}', not '{partition}'.");
        }

        if (resource.Contains("${", StringComparison.Ordinal) && !knowsVariables)
            Add(RdsPolicyProblem.VariableNeedsNewVersion, $"The variable in '{resource}' is taken literally unless the document says \"Version\": \"2012-10-17\".");
    }

    /// <summary>IAM's matching of actions: no case, '*' any text, '?' any character.</summary>
    private static bool Matches(string pattern, string action) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, action, ignoreCase: true);

    private static IEnumerable<string> Strings(JsonElement statement, string property) =>
        statement.TryGetProperty(property, out var value) ? Items(value).Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!) : [];

    /// <summary>A policy may write one value in place of a list of one.</summary>
    private static IEnumerable<JsonElement> Items(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().AsEnumerable() : [value];
}
