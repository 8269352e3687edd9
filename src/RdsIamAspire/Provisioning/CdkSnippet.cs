using System.Text;

namespace RdsIamAspire.Provisioning;

/// <summary>
/// AWS CDK code in C# that grants services the right to connect, and switches IAM authentication on for an instance or a cluster that the
/// same app defines.
/// </summary>
public static class CdkSnippet
{
    /// <summary>Writes a class with a method for each user, to be called from a stack.</summary>
    /// <param name="plan">The users and the resource they log in to.</param>
    /// <returns>C# source for Amazon.CDK.Lib 2.</returns>
    /// <remarks>
    /// <c>GrantConnect</c>, <c>EnableIamDatabaseAuthentication</c>: aws-cdk-lib.aws_rds, AWS CDK API Reference; <c>Node.DefaultChild</c>:
    /// "Escape hatches", AWS CDK Developer Guide.
    /// </remarks>
    public static string Create(RdsIamPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);

        var kinds = IamAuthentication.Of(plan);
        var code = new StringBuilder();
        code.Append("using Amazon.CDK.AWS.IAM;\n");
        code.Append("using Amazon.CDK.AWS.RDS;\n\n");
        code.Append($"/// <summary>Lets services log in to {plan.Name} with IAM tokens.</summary>\n");
        code.Append($"public static class {plan.PascalName}IamAuth\n");
        code.Append("{\n");
        if (plan.ResourceId is { } id)
        {
            code.Append($"    // Resource id: {id}\n");
        }

        code.Append("    // What the app imports instead of defining it needs its resource id (InstanceResourceId, "
            + "ClusterResourceIdentifier, DbProxyArn), and\n");
        code.Append("    // IAM authentication is switched on for it outside of the app:\n");
        foreach (var command in plan.EnableCommands)
        {
            code.Append($"    //   {command}\n");
        }

        if (kinds.Any(static kind => kind.Kind == RdsResourceKind.Proxy))
        {
            code.Append("    // A proxy that the app defines is given DefaultAuthScheme = DefaultAuthScheme.IAM_AUTH in "
                + "its DatabaseProxyProps.\n");
            foreach (var line in IamAuthentication.AboutProxies)
            {
                code.Append($"    // {line}\n");
            }
        }

        foreach (var (user, pascal) in plan.PascalUsers)
        {
            foreach (var kind in kinds)
            {
                AppendAllow(code, kind.Kind, user, pascal);
            }
        }

        foreach (var kind in kinds)
        {
            AppendSwitchOn(code, kind.Kind);
        }

        code.Append("}\n");
        return code.ToString();
    }

    private static void AppendAllow(StringBuilder code, RdsResourceKind kind, string user, string pascal)
    {
        var (type, parameter) = Parameter(kind);
        code.Append('\n');
        code.Append($"    /// <summary>Lets the service log in as {user}.</summary>\n");
        code.Append($"    public static Grant Allow{pascal}({type} {parameter}, IGrantable service)\n");
        code.Append("    {\n");
        if (kind != RdsResourceKind.Proxy)
        {
            code.Append($"        SwitchOn({parameter});\n");
        }

        code.Append($"        return {parameter}.GrantConnect(service, \"{user}\");\n");
        code.Append("    }\n");
    }

    private static void AppendSwitchOn(StringBuilder code, RdsResourceKind kind)
    {
        if (kind == RdsResourceKind.Proxy)
        {
            return;
        }

        var (type, parameter) = Parameter(kind);
        code.Append('\n');
        code.Append($"    private static void SwitchOn({type} {parameter})\n");
        code.Append("    {\n");
        code.Append($"        if ({parameter}.Node.DefaultChild is "
            + $"{(kind == RdsResourceKind.Cluster ? "CfnDBCluster" : "CfnDBInstance")} defined)\n");
        code.Append("        {\n");
        code.Append("            defined.EnableIamDatabaseAuthentication = true;\n");
        code.Append("        }\n");
        code.Append("    }\n");
    }

    private static (string Type, string Parameter) Parameter(RdsResourceKind kind) => kind switch
    {
        RdsResourceKind.Cluster => ("IDatabaseCluster", "cluster"),
        RdsResourceKind.Proxy => ("IDatabaseProxy", "proxy"),
        _ => ("IDatabaseInstance", "instance"),
    };
}
