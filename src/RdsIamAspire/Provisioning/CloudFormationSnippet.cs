using System.Text;

namespace RdsIamAspire.Provisioning;

/// <summary>
/// A CloudFormation template that attaches the connect policies of an endpoint's users to the roles that services run under.
/// </summary>
public static class CloudFormationSnippet
{
    /// <summary>Writes the template as YAML.</summary>
    /// <param name="plan">The users and the resource they log in to.</param>
    /// <returns>A template that deploys as it stands; how, and how IAM authentication is switched on, stands at its top.</returns>
    /// <remarks>
    /// AWS::IAM::ManagedPolicy, AWS CloudFormation Template Reference; CAPABILITY_IAM: "Acknowledging IAM resources in CloudFormation
    /// templates". A policy of its own for each user, without a name of its own, so that two stacks cannot collide.
    /// </remarks>
    public static string Create(RdsIamPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);

        var kinds = IamAuthentication.Of(plan);
        var yaml = new StringBuilder();
        yaml.Append("AWSTemplateFormatVersion: '2010-09-09'\n");
        yaml.Append($"Description: Lets services log in to {plan.Name} with IAM tokens\n\n");
        yaml.Append("# It creates IAM policies, which CloudFormation wants to be told:\n");
        yaml.Append($"#   aws cloudformation deploy --template-file cloudformation.yaml --stack-name {plan.Name}-iam "
            + "--capabilities CAPABILITY_IAM \\\n");
        yaml.Append($"#     --parameter-overrides {string.Join(" ", Overrides(plan))}\n");
        yaml.Append("#\n");
        yaml.Append("# It does not switch IAM authentication on: a template changes only what it defines. Where "
            + "the database is defined:\n");
        foreach (var kind in kinds)
        {
            yaml.Append($"#   {kind.CloudFormation}\n");
        }

        yaml.Append("# For a database that no template defines:\n");
        foreach (var command in plan.EnableCommands)
        {
            yaml.Append($"#   {command}\n");
        }

        if (kinds.Any(static kind => kind.Kind == RdsResourceKind.Proxy))
        {
            yaml.Append("#\n");
            foreach (var line in IamAuthentication.AboutProxies)
            {
                yaml.Append($"# {line}\n");
            }
        }

        yaml.Append('\n');
        yaml.Append("Parameters:\n");
        yaml.Append("  DatabaseResourceId:\n");
        yaml.Append("    Type: String\n");
        yaml.Append("    Description: The resource id of the "
            + $"{string.Join(" or ", kinds.Select(static kind => $"{kind.Noun} ({kind.IdPrefix}...)"))}, not its name\n");
        yaml.Append($"    AllowedPattern: '^{Prefixes(kinds)}[A-Za-z0-9]+$'\n");
        yaml.Append($"    ConstraintDescription: must begin with {string.Join(" or ", kinds.Select(static kind => kind.IdPrefix))}\n");
        if (plan.ResourceId is { } id)
        {
            yaml.Append($"    Default: {id}\n");
        }
        else
        {
            foreach (var kind in kinds)
            {
                yaml.Append($"    # {kind.FindId}\n");
            }
        }

        foreach (var (user, pascal) in plan.PascalUsers)
        {
            yaml.Append($"  {pascal}Roles:\n");
            yaml.Append("    Type: CommaDelimitedList\n");
            yaml.Append($"    Description: Names of the roles of the services that log in as {user} (task role, "
                + "instance role, function role)\n");
        }

        yaml.Append('\n');
        yaml.Append("Resources:\n");
        var region = plan.Region ?? "${AWS::Region}";
        var account = plan.AccountId ?? "${AWS::AccountId}";
        foreach (var (user, pascal) in plan.PascalUsers)
        {
            yaml.Append($"  {plan.PascalName}{pascal}Connect:\n");
            yaml.Append("    Type: AWS::IAM::ManagedPolicy\n");
            yaml.Append("    Properties:\n");
            yaml.Append($"      Description: Log in to {plan.Name} as {user} with an IAM token\n");
            yaml.Append($"      Roles: !Ref {pascal}Roles\n");
            yaml.Append("      PolicyDocument:\n");
            yaml.Append("        Version: '2012-10-17'\n");
            yaml.Append("        Statement:\n");
            yaml.Append("          - Effect: Allow\n");
            yaml.Append("            Action: rds-db:connect\n");
            yaml.Append("            Resource: !Sub "
                + $"arn:${{AWS::Partition}}:rds-db:{region}:{account}:dbuser:${{DatabaseResourceId}}/{user}\n");
        }

        return yaml.ToString();
    }

    private static IEnumerable<string> Overrides(RdsIamPlan plan)
    {
        if (plan.ResourceId is null)
        {
            yield return $"DatabaseResourceId={IamAuthentication.Of(plan)[0].IdPrefix}...";
        }

        foreach (var (_, pascal) in plan.PascalUsers)
        {
            yield return $"{pascal}Roles=...";
        }
    }

    private static string Prefixes(IReadOnlyList<IamAuthentication> kinds) =>
        kinds.Count == 1 ? kinds[0].IdPrefix : $"({string.Join('|', kinds.Select(static kind => kind.IdPrefix))})";
}
