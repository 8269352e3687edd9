using Amazon;

namespace RdsIamAspire;

/// <summary>Reads an IAM policy for what makes an IAM login to a database fail or lets in too many.</summary>
/// <remarks>
/// Sources: Amazon RDS User Guide, "Creating and using an IAM policy for IAM database access" (resource ids) and "IAM database
/// authentication",
/// Limitations (condition keys); IAM User Guide, "IAM JSON policy elements reference".
/// </remarks>
internal sealed class RdsPolicyLint
{
    private const string UserArn = "arn:aws:rds-db:REGION:ACCOUNT:dbuser:RESOURCE-ID/USER";

    private static readonly HashSet<string> KnownRegions = RegionEndpoint.EnumerableAllRegions.Select(r => r.SystemName).ToHashSet();

    private readonly List<RdsPolicyFinding> _findings = [];
    private readonly RdsPolicyIntent _intent;
    private readonly IamRequest _request;
    private string _source = "";

    private RdsPolicyLint(RdsPolicyIntent intent) => (_intent, _request) = (intent, intent.ToRequest());

    internal static IReadOnlyList<RdsPolicyFinding> Check(string text, RdsPolicyIntent? intent)
    {
        var lint = new RdsPolicyLint(intent ?? new());
        lint.CheckAll(PolicySources.Find(text));
        return lint._findings;
    }

    private void CheckAll(IReadOnlyList<(string Path, string Text)> sources)
    {
        var documents = new List<IamPolicyDocument>();
        foreach (var (path, text) in sources)
        {
            _source = path;
            if (Read(text) is { } document)
                documents.Add(document);
        }

        _source = "";
        if (documents.Count < sources.Count)
            return;
        if (!documents.Any(document => document.Statements.Any(statement => statement.Allow && statement.CoversConnect)))
            Error("document", $"no statement allows {RdsDbConnectPolicy.Action}, so every login is denied");
        else if (_intent.IsGiven)
            CheckDecision(IamDecision.Make(documents, _request));
    }

    private IamPolicyDocument? Read(string text)
    {
        var (document, problems) = IamPolicyReader.Read(text);
        foreach (var problem in problems)
        {
            var other = problem.Message.StartsWith(IamPolicyReader.NotJson, StringComparison.Ordinal) ? PolicySources.OtherLanguage(text)
                : null;
            Add(new(RdsPolicySeverity.Error, problem.Place, other is null ? problem.Message : $"it is not JSON: {other}")
            {
                Line = other is null ? problem.Line : null,
                Column = other is null ? problem.Column : null,
            });
        }

        if (document is null)
            return null;
        if (!document.HasVariables)
            Warning("Version", "it is not \"2012-10-17\"; without it policy variables are taken literally");
        foreach (var statement in document.Statements)
            CheckStatement(statement, $"Statement {statement.Number}");
        return document;
    }

    private void CheckDecision(IamDecision decision)
    {
        var place = decision.Statement is { } statement ? $"Statement {statement.Number}" : "document";
        var (denies, conditions) = (decision.Statement is { Allow: false }, decision.Conditions);
        const string action = RdsDbConnectPolicy.Action;
        if (decision.Allowed == IamAnswer.No && denies)
        {
            var under = conditions is null ? "" : $" under a condition that holds ({conditions})";
            Error(place, $"it denies {action} for {_intent}{under}, and a Deny wins over every Allow");
        }
        else if (decision.Allowed == IamAnswer.Maybe && denies)
        {
            Warning(place, $"it may deny {action} for {_intent}: that depends on what is not known here");
        }
        else if (decision.Allowed == IamAnswer.No)
        {
            Error("document", $"no statement allows {action} for {_intent}; " + (conditions is null
                ? "compare region, account, resource id and user (the case matters) with the Resource"
                : $"a condition does not hold: {conditions}"));
        }
        else if (decision.Allowed == IamAnswer.Maybe && conditions is not null)
        {
            Warning(place, $"it allows {action} for {_intent} only under a condition: {conditions}; name the principal and its tags to"
                + " judge it");
        }
    }

    private void CheckStatement(IamStatement statement, string place)
    {
        if (statement.NotAction || statement.NotResource)
            Warning(place, "NotAction and NotResource are hard to see through; name what you mean with Action and Resource");

        foreach (var action in statement.NotAction ? [] : statement.Actions)
        {
            if (action.Equals("rds:connect", StringComparison.OrdinalIgnoreCase)
                || (action.StartsWith("rds-db:", StringComparison.OrdinalIgnoreCase)
                    && IamPattern.ForText(action).Matches(RdsDbConnectPolicy.Action, ignoreCase: true) == IamAnswer.No))
            {
                Error($"{place}, Action", $"'{action}' is no action of AWS; write {RdsDbConnectPolicy.Action}");
            }
        }

        if (!statement.CoversConnect)
            return;
        foreach (var condition in statement.Conditions)
            CheckCondition(condition, $"{place}, Condition");
        foreach (var resource in statement is { Allow: true, NotResource: false } ? statement.Resources : [])
            CheckResource(resource, statement.HasVariables, $"{place}, Resource");
    }

    private void CheckCondition(IamCondition condition, string place)
    {
        var key = condition.Key;
        if (IamConditionKeys.IsNotSupported(key))
            Error(place, $"'{key}' is not supported for {RdsDbConnectPolicy.Action}; take it out, and restrict the network with security"
                + " groups");
        else if (!IamConditionKeys.IsCarried(key))
            Warning(place, $"no request for {RdsDbConnectPolicy.Action} carries '{key}'{Spelling.Suggestion(key, IamConditionKeys.Names)}");
        else if (IamConditionKeys.IsMultivalued(key)
            && condition.Operator is { Set: IamSetOperator.None, Kind: not IamValueKind.Existence })
            Warning(place, $"'{key}' can have several values; write ForAnyValue:{condition.Operator.Name} or"
                + $" ForAllValues:{condition.Operator.Name}");
        else if (!IamConditionKeys.IsMultivalued(key) && condition.Operator.Set != IamSetOperator.None)
            Warning(place, $"'{key}' has one value; {condition.Operator.Name} is for keys with several (ForAllValues holds without any);"
                + " take the set operator off");
        if (condition.UnreadableValue is { } value)
            Error(place, $"'{value}' is no value that {condition.Operator.Name} can compare, so it never matches");
    }

    private void CheckResource(string resource, bool variables, string place)
    {
        if (resource == "*")
        {
            Warning(place, $"'*' lets in as every user of every database of the account; name one: {UserArn}");
            return;
        }

        if (TerraformName(resource) is { } foreign)
        {
            Error(place, $"'{resource}' has '${{{foreign}}}', which is Terraform's or a template's and no variable of IAM; lint what comes"
                + " of it"
                + " (terraform show -json PLAN)");
            return;
        }

        if (!variables && resource.Contains(IamVariable.Start, StringComparison.Ordinal))
            Error(place, $"'{resource}' is taken literally; only a policy with \"Version\": \"2012-10-17\" has variables");
        RdsDbUserArn arn;
        try
        {
            arn = RdsDbUserArn.Parse(WithoutPatterns(resource));
        }
        catch (FormatException e)
        {
            // A variable outside the user's name may be anything.
            if (resource.Contains(IamVariable.Start, StringComparison.Ordinal))
                return;
            var fewFields = resource.Split(':').Length < 7 && resource.StartsWith("arn:", StringComparison.Ordinal);
            if (fewFields && IamPattern.ForResource(resource, variables, _request).Matches(_request.Resource) != IamAnswer.No)
                Warning(place, $"'{resource}' covers database users, but is not the whole ARN: its '*' reaches over the colons. Name one:"
                    + $" {UserArn}");
            else
                Error(place, resource.Contains(":rds:", StringComparison.Ordinal)
                    ? $"'{resource}' is the ARN of the database itself; {RdsDbConnectPolicy.Action} needs that of a database user:"
                    + $" {UserArn}"
                    : e.Message.Replace(WithoutPatterns(resource), resource, StringComparison.Ordinal));
            return;
        }

        if (arn.Region != "*" && AwsPartition.FromRegion(arn.Region) is var partition && partition != arn.Partition)
        {
            Error(place, $"'{resource}' is in partition '{arn.Partition}', but the region '{arn.Region}' is in '{partition}';"
                + $" write arn:{partition}:rds-db:…");
        }
        else if (arn.Region != "*" && !KnownRegions.Contains(arn.Region))
        {
            Warning(place, $"'{resource}' is in the region '{arn.Region}', which the AWS SDK does not know; check its spelling");
        }

        if (arn.UserName == "*")
            Warning(place, $"'{resource}' lets in as every user of the database, administrators among them; name the user");
        if (arn.ResourceId == "*")
            Warning(place, $"'{resource}' is for every database of the account in the region; name one by its resource id");
        if (_intent.Kind is { } kind && WrongId(kind, arn.ResourceId) is { } wrong)
            Error(place, $"'{resource}': {wrong}");
    }

    // ${var.region}, ${local.account}, ${AWS::Region}: IAM's own have a prefix, one colon, and a name.
    private static string? TerraformName(string resource)
    {
        for (var at = resource.IndexOf(IamVariable.Start, StringComparison.Ordinal); at >= 0;)
        {
            if (!IamVariable.TryRead(resource, at, out var variable, out _))
                return null;
            if (variable.Name is { } name
                && (name.Contains("::", StringComparison.Ordinal) || !name.Contains(':', StringComparison.Ordinal)))
                return name;
            at = resource.IndexOf(IamVariable.Start, at + variable.Length, StringComparison.Ordinal);
        }

        return null;
    }

    // Partition, region and account with a wildcard in them are no misspelt ones.
    private static string WithoutPatterns(string resource)
    {
        var fields = resource.Split(':', 6);
        foreach (var (field, any) in (ReadOnlySpan<(int, string)>)[(1, "aws"), (3, "*"), (4, "*")])
        {
            if (fields.Length == 6 && fields[field].AsSpan().ContainsAny('*', '?'))
                fields[field] = any;
        }

        return string.Join(':', fields);
    }

    /// <summary>
    /// Why a resource id does not fit an endpoint. An instance's host name is that of an Aurora instance too, whose policy names the
    /// cluster.
    /// </summary>
    private static string? WrongId(RdsEndpointKind kind, string id) => kind switch
    {
        RdsEndpointKind.Proxy or RdsEndpointKind.ProxyEndpoint when !id.StartsWith("prx-", StringComparison.Ordinal) && id != "*" =>
            "the endpoint is an RDS Proxy; its policy names the proxy's id (prx-…, the last part of its ARN)",
        RdsEndpointKind.Instance or RdsEndpointKind.Cluster or RdsEndpointKind.ClusterReader or RdsEndpointKind.ClusterCustom
            or RdsEndpointKind.GlobalCluster when id.StartsWith("prx-", StringComparison.Ordinal) =>
            "the endpoint is a database and not a proxy; its policy names db-… or cluster-…",
        RdsEndpointKind.Cluster or RdsEndpointKind.ClusterReader or RdsEndpointKind.ClusterCustom or RdsEndpointKind.GlobalCluster
            when id.StartsWith("db-", StringComparison.Ordinal) =>
            "the endpoint is a cluster's; its policy names the DbClusterResourceId (cluster-…)",
        _ => null,
    };

    private void Error(string place, string message) => Add(new(RdsPolicySeverity.Error, place, message));

    private void Warning(string place, string message) => Add(new(RdsPolicySeverity.Warning, place, message));

    private void Add(RdsPolicyFinding finding) =>
        _findings.Add(_source.Length == 0 ? finding : finding with { Place = $"{_source}, {finding.Place}" });
}
