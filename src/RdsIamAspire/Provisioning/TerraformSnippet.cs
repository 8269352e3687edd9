using System.Text;

namespace RdsIamAspire.Provisioning;

/// <summary>Terraform that looks the resource up, writes the connect policy and attaches it to a role.</summary>
public static class TerraformSnippet
{
    /// <summary>Writes the configuration for the hashicorp/aws provider.</summary>
    /// <param name="plan">The user and the resource it logs in to.</param>
    /// <returns>HCL that applies as it stands.</returns>
    /// <remarks>Attributes: data sources aws_db_instance, aws_rds_cluster and aws_db_proxy, Terraform AWS provider documentation.</remarks>
    public static string Create(RdsIamPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);

        var name = plan.SnakeName;
        var (dataSource, argument, enableOn, enable, lookedUpId) = plan.Kind switch
        {
            RdsResourceKind.Cluster => ("aws_rds_cluster", "cluster_identifier", "aws_rds_cluster", "iam_database_authentication_enabled = true", $"data.aws_rds_cluster.{name}.cluster_resource_id"),
            RdsResourceKind.Proxy => ("aws_db_proxy", "name", "aws_db_proxy", "auth { iam_auth = \"REQUIRED\" }", $"element(split(\":\", data.aws_db_proxy.{name}.arn), 6)"),
            _ => ("aws_db_instance", "db_instance_identifier", "aws_db_instance", "iam_database_authentication_enabled = true", $"data.aws_db_instance.{name}.resource_id"),
        };

        var hcl = new StringBuilder();
        hcl.Append($"# IAM database authentication of {plan.User} on {plan.Name}\n");
        hcl.Append($"# On the {enableOn} itself: {enable}\n");
        hcl.Append('\n');
        if (plan.ResourceId is null)
        {
            Variable(hcl, $"{name}_identifier", $"Identifier of the {enableOn}");
        }

        Variable(hcl, $"{name}_service_role", "Name of the role that the service runs under");
        if (plan.Region is null)
        {
            hcl.Append("data \"aws_region\" \"current\" {}\n\n");
        }

        if (plan.AccountId is null)
        {
            hcl.Append("data \"aws_caller_identity\" \"current\" {}\n\n");
        }

        hcl.Append("data \"aws_partition\" \"current\" {}\n\n");
        if (plan.ResourceId is null)
        {
            hcl.Append($"data \"{dataSource}\" \"{name}\" {{\n");
            hcl.Append($"  {argument} = var.{name}_identifier\n");
            hcl.Append("}\n\n");
        }

        var region = plan.Region ?? "${data.aws_region.current.name}";
        var account = plan.AccountId ?? "${data.aws_caller_identity.current.account_id}";
        var id = plan.ResourceId ?? $"${{{lookedUpId}}}";
        hcl.Append($"data \"aws_iam_policy_document\" \"{name}_connect\" {{\n");
        hcl.Append("  statement {\n");
        hcl.Append("    effect    = \"Allow\"\n");
        hcl.Append("    actions   = [\"rds-db:connect\"]\n");
        hcl.Append($"    resources = [\"arn:${{data.aws_partition.current.partition}}:rds-db:{region}:{account}:dbuser:{id}/{plan.User.Replace("\\", "\\\\", StringComparison.Ordinal)}\"]\n");
        hcl.Append("  }\n");
        hcl.Append("}\n\n");
        hcl.Append($"resource \"aws_iam_policy\" \"{name}_connect\" {{\n");
        hcl.Append($"  name   = \"{plan.Name}-connect\"\n");
        hcl.Append($"  policy = data.aws_iam_policy_document.{name}_connect.json\n");
        hcl.Append("}\n\n");
        hcl.Append($"resource \"aws_iam_role_policy_attachment\" \"{name}_connect\" {{\n");
        hcl.Append($"  role       = var.{name}_service_role\n");
        hcl.Append($"  policy_arn = aws_iam_policy.{name}_connect.arn\n");
        hcl.Append("}\n");
        return hcl.ToString();
    }

    private static void Variable(StringBuilder hcl, string name, string description) =>
        hcl.Append($"variable \"{name}\" {{\n  type        = string\n  description = \"{description}\"\n}}\n\n");
}
