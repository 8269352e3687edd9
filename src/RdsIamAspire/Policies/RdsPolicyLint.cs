using System.Text.Json;
using Amazon;

namespace RdsIamAspire;

/// <summary>Reads an IAM policy for what makes an IAM login to a database fail or lets in too many.</summary>
/// <remarks>
/// Sources: Amazon RDS User Guide, "Creating and using an IAM policy for IAM database access" (resource ids) and "IAM database authentication",
/// Limitations (condition keys); IAM User Guide, "IAM JSON policy elements reference".
/// </remarks>
internal sealed class RdsPolicyLint
{
    private const string UserArn = "arn:aws:rds-db:REGION:ACCOUNT:dbuser:RESOURCE-ID/USER";

    // Amazon RDS User Guide, "IAM database authentication for MariaDB, MySQL, and PostgreSQL", Limitations.
    private static readonly HashSet<string> UnsupportedConditionKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "aws:Referer", "aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce", "aws:UserAgent", "aws:VpcSourceIp",
    };

    private static readonly HashSet<string> KnownRegions = RegionEndpoint.EnumerableAllRegions.Select(r => r.SystemName).ToHashSet();

    private readonly List<RdsPolicyFinding> _findings = [];
    private readonly RdsPolicyIntent _intent;
    private bool _allowsAnything;
    private bool _allowsIntended;
    private string? _deniesIntended;

    private RdsPolicyLint(RdsPolicyIntent intent) => _intent = intent;

    internal static IReadOnlyList<RdsPolicyFinding> Check(string json, RdsPolicyIntent? intent)
    {
        var lint = new RdsPolicyLint(intent ?? new());
        lint.CheckDocument(json);
        return lint._findings;
    }

    private void CheckDocument(string json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            Error("document", $"it is not JSON: {e.Message}");
            return;
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                Error("document", """it is not a JSON object; a policy looks like { "Version": "2012-10-17", "Statement": [ … ] }""");
                return;
            }

            if (!root.TryGetProperty("Version", out var version) || version.ValueKind != JsonValueKind.String || version.GetString() != "2012-10-17")
                Warning("Version", "it is not \"2012-10-17\"; without it policy variables are taken literally");
            if (!root.TryGetProperty("Statement", out var statements) || statements.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
            {
                Error("document", "it has no Statement");
                return;
            }

            var number = 0;
            foreach (var statement in statements.ValueKind == JsonValueKind.Array ? [.. statements.EnumerateArray()] : (JsonElement[])[statements])
                CheckStatement(statement, $"Statement {++number}");
        }

        if (!_allowsAnything)
            Error("document", $"no statement allows {RdsDbConnectPolicy.Action}, so every login is denied");
        else if (_intent.IsGiven && _deniesIntended is { } place)
            Error(place, $"it denies {RdsDbConnectPolicy.Action} for {_intent}, and a Deny wins over every Allow");
        else if (_intent.IsGiven && !_allowsIntended)
            Error("document", $"no statement allows {RdsDbConnectPolicy.Action} for {_intent}; compare region, account, resource id and user (the case matters) with the Resource");
    }

    private void CheckStatement(JsonElement statement, string place)
    {
        if (statement.ValueKind != JsonValueKind.Object)
        {
            Error(place, "it is not an object");
            return;
        }

        var effect = statement.TryGetProperty("Effect", out var effectValue) ? effectValue.ToString() : null;
        if (effect is not ("Allow" or "Deny"))
        {
            Error($"{place}, Effect", $"'{effect}' is neither Allow nor Deny (the case matters)");
            return;
        }

        if (statement.TryGetProperty("Principal", out _))
            Error($"{place}, Principal", "a policy for a role or user has none; take it out");
        if (statement.TryGetProperty("NotAction", out _) || statement.TryGetProperty("NotResource", out _))
        {
            Warning(place, "NotAction and NotResource are hard to see through and are not judged here; name what you mean with Action and Resource");
            return;
        }

        var actions = Texts(statement, "Action");
        if (actions.Count == 0)
        {
            Error($"{place}, Action", "it is missing");
            return;
        }

        foreach (var action in actions)
        {
            if (action.Equals("rds:connect", StringComparison.OrdinalIgnoreCase)
                || (action.StartsWith("rds-db:", StringComparison.OrdinalIgnoreCase) && !Allows(action)))
            {
                Error($"{place}, Action", $"'{action}' is no action of AWS; write {RdsDbConnectPolicy.Action}");
            }
        }

        if (!actions.Any(Allows))
            return;
        var conditioned = CheckConditions(statement, place);
        CheckResources(statement, place, effect == "Allow", conditioned);

        static bool Allows(string action) => IamPattern.Matches(action.ToLowerInvariant(), RdsDbConnectPolicy.Action);
    }

    private bool CheckConditions(JsonElement statement, string place)
    {
        if (!statement.TryGetProperty("Condition", out var condition) || condition.ValueKind != JsonValueKind.Object)
            return false;
        foreach (var key in condition.EnumerateObject().Where(test => test.Value.ValueKind == JsonValueKind.Object).SelectMany(test => test.Value.EnumerateObject()))
        {
            if (UnsupportedConditionKeys.Contains(key.Name))
                Error($"{place}, Condition", $"'{key.Name}' is not supported for {RdsDbConnectPolicy.Action}; take it out, and restrict the network with security groups");
        }

        return true;
    }

    private void CheckResources(JsonElement statement, string place, bool allow, bool conditioned)
    {
        var resources = Texts(statement, "Resource");
        if (resources.Count == 0)
            Error($"{place}, Resource", "it is missing");
        foreach (var resource in resources)
        {
            if (allow)
                CheckResource(resource, $"{place}, Resource");
            if (!_intent.IsMatchedBy(resource))
                continue;
            if (allow)
                _allowsIntended = true;
            else if (!conditioned)
                _deniesIntended = place;
        }

        _allowsAnything |= allow;
    }

    private void CheckResource(string resource, string place)
    {
        if (resource == "*")
        {
            Warning(place, $"'*' lets in as every user of every database of the account; name one: {UserArn}");
            return;
        }

        RdsDbUserArn arn;
        try
        {
            arn = RdsDbUserArn.Parse(resource);
        }
        catch (FormatException e)
        {
            // A variable outside the user's name may be anything.
            if (!resource.Contains("${", StringComparison.Ordinal))
            {
                Error(place, resource.Contains(":rds:", StringComparison.Ordinal)
                    ? $"'{resource}' is the ARN of the database itself; {RdsDbConnectPolicy.Action} needs that of a database user: {UserArn}"
                    : e.Message);
            }

            return;
        }

        if (arn.Region != "*" && AwsPartition.FromRegion(arn.Region) is var partition && partition != arn.Partition)
            Error(place, $"'{resource}' is in partition '{arn.Partition}', but the region '{arn.Region}' is in '{partition}'; write arn:{partition}:rds-db:…");
        else if (arn.Region != "*" && !KnownRegions.Contains(arn.Region))
            Warning(place, $"'{resource}' is in the region '{arn.Region}', which the AWS SDK does not know; check its spelling");
        if (arn.UserName == "*")
            Warning(place, $"'{resource}' lets in as every user of the database, administrators among them; name the user");
        if (arn.ResourceId == "*")
            Warning(place, $"'{resource}' is for every database of the account in the region; name one by its resource id");
        if (_intent.Kind is { } kind && WrongId(kind, arn.ResourceId) is { } wrong)
            Error(place, $"'{resource}': {wrong}");
    }

    /// <summary>Why a resource id does not fit an endpoint. An instance's host name is that of an Aurora instance too, whose policy names the cluster.</summary>
    private static string? WrongId(RdsEndpointKind kind, string id) => kind switch
    {
        RdsEndpointKind.Proxy or RdsEndpointKind.ProxyEndpoint when !id.StartsWith("prx-", StringComparison.Ordinal) && id != "*" =>
            "the endpoint is an RDS Proxy; its policy names the proxy's id (prx-…, the last part of its ARN)",
        RdsEndpointKind.Instance or RdsEndpointKind.Cluster or RdsEndpointKind.ClusterReader or RdsEndpointKind.ClusterCustom or RdsEndpointKind.GlobalCluster
            when id.StartsWith("prx-", StringComparison.Ordinal) => "the endpoint is a database and not a proxy; its policy names db-… or cluster-…",
        RdsEndpointKind.Cluster or RdsEndpointKind.ClusterReader or RdsEndpointKind.ClusterCustom or RdsEndpointKind.GlobalCluster
            when id.StartsWith("db-", StringComparison.Ordinal) => "the endpoint is a cluster's; its policy names the DbClusterResourceId (cluster-…)",
        _ => null,
    };

    private static List<string> Texts(JsonElement statement, string name) =>
        !statement.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.ToString())]
        : [value.ToString()];

    private void Error(string place, string message) => _findings.Add(new(RdsPolicySeverity.Error, place, message));

    private void Warning(string place, string message) => _findings.Add(new(RdsPolicySeverity.Warning, place, message));
}
