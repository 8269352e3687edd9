using System.Text;

namespace RdsIamAspire.Provisioning;

/// <summary>
/// Terraform that looks the resource up, writes a connect policy for each user of an endpoint and attaches it to the roles that services
/// run under.
/// </summary>
public static class TerraformSnippet
{
    /// <summary>Writes the configuration for the hashicorp/aws provider, version 5 or 6.</summary>
    /// <param name="plan">The users and the resource they log in to.</param>
    /// <returns>
    /// HCL that applies as it stands. Every name in it carries the endpoint's, and it has no <c>terraform</c> block, so that the files of
    /// several endpoints can stand in one folder.
    /// </returns>
    /// <remarks>
    /// Attributes: data sources aws_db_instance, aws_rds_cluster and aws_db_proxy, Terraform AWS provider documentation. aws_region has
    /// <c>name</c> in version 5 and <c>region</c> in version 6, where <c>name</c> is deprecated; <c>id</c> is the region in both.
    /// </remarks>
    public static string Create(RdsIamPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);

        var name = plan.SnakeName;
        var hcl = new StringBuilder();
        AppendHeader(hcl, plan);
        var id = plan.ResourceId is { } known ? $"\"{known}\"" : AppendLookUp(hcl, plan);
        AppendRoles(hcl, plan);

        hcl.Append($"data \"aws_partition\" \"{name}\" {{}}\n\n");
        if (plan.Region is null)
        {
            hcl.Append($"data \"aws_region\" \"{name}\" {{}}\n\n");
        }

        if (plan.AccountId is null)
        {
            hcl.Append($"data \"aws_caller_identity\" \"{name}\" {{}}\n\n");
        }

        var region = plan.Region ?? $"${{data.aws_region.{name}.id}}";
        var account = plan.AccountId ?? $"${{data.aws_caller_identity.{name}.account_id}}";
        hcl.Append("locals {\n");
        hcl.Append($"  {name}_resource_id = {id}\n");
        hcl.Append($"  {name}_users       = "
            + $"\"arn:${{data.aws_partition.{name}.partition}}:rds-db:{region}:{account}:dbuser:${{local.{name}_resource_id}}\"\n");
        hcl.Append("}\n\n");
        hcl.Append($"resource \"aws_iam_policy\" \"{name}_connect\" {{\n");
        hcl.Append($"  for_each    = toset({List(plan)})\n");
        hcl.Append($"  name        = \"{plan.Name}-${{each.key}}-connect\"\n");
        hcl.Append($"  description = \"Log in to {plan.Name} as ${{each.key}} with an IAM token\"\n");
        hcl.Append("  policy = jsonencode({\n");
        hcl.Append("    Version = \"2012-10-17\"\n");
        hcl.Append("    Statement = [{\n");
        hcl.Append("      Effect   = \"Allow\"\n");
        hcl.Append("      Action   = \"rds-db:connect\"\n");
        hcl.Append($"      Resource = \"${{local.{name}_users}}/${{each.key}}\"\n");
        hcl.Append("    }]\n");
        hcl.Append("  })\n");
        hcl.Append("}\n\n");
        hcl.Append($"resource \"aws_iam_role_policy_attachment\" \"{name}_connect\" {{\n");
        hcl.Append("  for_each = merge([\n");
        hcl.Append($"    for user, roles in var.{name}_roles : {{ for role in roles : \"${{user}} ${{role}}\" => {{ user = "
            + $"user, role = role }} }}\n");
        hcl.Append("  ]...)\n");
        hcl.Append("  role       = each.value.role\n");
        hcl.Append($"  policy_arn = aws_iam_policy.{name}_connect[each.value.user].arn\n");
        hcl.Append("}\n");
        return hcl.ToString();
    }

    private static void AppendHeader(StringBuilder hcl, RdsIamPlan plan)
    {
        var kinds = IamAuthentication.Of(plan);
        hcl.Append($"# Lets services log in to {plan.Name} with IAM tokens, each as the user that it is given here, "
            + "by the name of its role:\n");
        hcl.Append($"#   {plan.SnakeName}_roles = {{ "
            + $"{string.Join(", ", plan.Users.Select(static user => $"\"{user}\" = [\"...\"]"))} }}\n");
        hcl.Append("#\n");
        hcl.Append("# It does not switch IAM authentication on: Terraform changes only what it manages. Where the database is managed:\n");
        foreach (var kind in kinds)
        {
            hcl.Append($"#   {kind.Terraform}\n");
        }

        hcl.Append("# For a database that Terraform does not manage:\n");
        foreach (var command in plan.EnableCommands)
        {
            hcl.Append($"#   {command}\n");
        }

        if (kinds.Any(static kind => kind.Kind == RdsResourceKind.Proxy))
        {
            hcl.Append("#\n");
            foreach (var line in IamAuthentication.AboutProxies)
            {
                hcl.Append($"# {line}\n");
            }
        }

        hcl.Append('\n');
    }

    /// <summary>Asks for what the resource id is looked up by, or, where the kind is not known, for the id itself.</summary>
    /// <returns>The expression that is the id.</returns>
    private static string AppendLookUp(StringBuilder hcl, RdsIamPlan plan)
    {
        var name = plan.SnakeName;
        if (plan.Kind is not { } kind)
        {
            hcl.Append($"variable \"{name}_resource_id\" {{\n");
            hcl.Append("  type        = string\n");
            hcl.Append("  description = \"Resource id of the instance (db-...), cluster (cluster-...) or proxy "
                + "(prx-...), not its name\"\n\n");
            hcl.Append("  validation {\n");
            hcl.Append($"    condition     = can(regex(\"^(db|cluster|prx)-[A-Za-z0-9]+$\", var.{name}_resource_id))\n");
            hcl.Append("    error_message = \"A resource id begins with db-, cluster- or prx-.\"\n");
            hcl.Append("  }\n");
            hcl.Append("}\n\n");
            return $"var.{name}_resource_id";
        }

        var (dataSource, argument, id) = kind switch
        {
            RdsResourceKind.Cluster => ("aws_rds_cluster", "cluster_identifier", $"data.aws_rds_cluster.{name}.cluster_resource_id"),
            RdsResourceKind.Proxy => ("aws_db_proxy", "name", $"element(split(\":\", data.aws_db_proxy.{name}.arn), 6)"),
            _ => ("aws_db_instance", "db_instance_identifier", $"data.aws_db_instance.{name}.resource_id"),
        };
        hcl.Append($"variable \"{name}_identifier\" {{\n");
        hcl.Append("  type        = string\n");
        hcl.Append($"  description = \"Identifier of the {dataSource}\"\n");
        if (plan.Identifier is { } identifier)
        {
            hcl.Append($"  default     = \"{identifier}\"\n");
        }

        hcl.Append("}\n\n");
        hcl.Append($"data \"{dataSource}\" \"{name}\" {{\n");
        hcl.Append($"  {argument} = var.{name}_identifier\n");
        hcl.Append("}\n\n");
        if (kind == RdsResourceKind.Cluster)
        {
            // The only one of the three data sources that shows it.
            hcl.Append($"check \"{name}_iam_authentication\" {{\n");
            hcl.Append("  assert {\n");
            hcl.Append($"    condition     = data.aws_rds_cluster.{name}.iam_database_authentication_enabled\n");
            hcl.Append($"    error_message = \"IAM authentication is not switched on for ${{var.{name}_identifier}}.\"\n");
            hcl.Append("  }\n");
            hcl.Append("}\n\n");
        }

        return id;
    }

    private static void AppendRoles(StringBuilder hcl, RdsIamPlan plan)
    {
        var name = plan.SnakeName;
        hcl.Append($"variable \"{name}_roles\" {{\n");
        hcl.Append("  type        = map(set(string))\n");
        hcl.Append("  description = \"Names of the roles that services run under, by the database user that they log in as\"\n\n");
        hcl.Append("  validation {\n");
        hcl.Append($"    condition     = toset(keys(var.{name}_roles)) == toset({List(plan)})\n");
        hcl.Append($"    error_message = \"Give roles to each of these users, and to no other: {string.Join(", ", plan.Users)}.\"\n");
        hcl.Append("  }\n");
        hcl.Append("}\n\n");
    }

    private static string List(RdsIamPlan plan) => $"[{string.Join(", ", plan.Users.Select(static user => $"\"{user}\""))}]";
}
