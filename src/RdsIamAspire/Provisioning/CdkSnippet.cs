using System.Text;

namespace RdsIamAspire.Provisioning;

/// <summary>AWS CDK code in C# that switches IAM authentication on and grants a role the right to connect.</summary>
public static class CdkSnippet
{
    /// <summary>Writes a class with one method, to be called from a stack.</summary>
    /// <param name="plan">The user and the resource it logs in to.</param>
    /// <returns>C# source for Amazon.CDK.Lib 2.</returns>
    /// <remarks><c>GrantConnect</c>, <c>IamAuthentication</c>: aws-cdk-lib.aws_rds, AWS CDK API Reference.</remarks>
    public static string Create(RdsIamPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);

        var (parameter, argument, enable) = plan.Kind switch
        {
            RdsResourceKind.Cluster => ("IDatabaseCluster", "cluster", "new DatabaseClusterProps { IamAuthentication = true, … }"),
            RdsResourceKind.Proxy => ("IDatabaseProxy", "proxy", "new DatabaseProxyProps { IamAuth = true, RequireTLS = true, … }"),
            _ => ("IDatabaseInstance", "instance", "new DatabaseInstanceProps { IamAuthentication = true, … }"),
        };

        var code = new StringBuilder();
        code.Append("using Amazon.CDK.AWS.IAM;\n");
        code.Append("using Amazon.CDK.AWS.RDS;\n");
        code.Append('\n');
        code.Append($"/// <summary>IAM database authentication of {plan.User} on {plan.Name}.</summary>\n");
        code.Append($"public static class {plan.PascalName}IamAuth\n");
        code.Append("{\n");
        code.Append($"    // IAM authentication is switched on where the {argument} is defined:\n");
        code.Append($"    //   {enable}\n");
        if (plan.ResourceId is { } id)
        {
            code.Append($"    // Resource id: {id}\n");
        }

        code.Append($"    public static Grant AllowConnect({parameter} {argument}, IGrantable service) =>\n");
        code.Append($"        {argument}.GrantConnect(service, \"{plan.User.Replace("\\", "\\\\", StringComparison.Ordinal)}\");\n");
        code.Append("}\n");
        return code.ToString();
    }
}
