using System.Text;

namespace RdsIamAspire.Provisioning;

/// <summary>A CloudFormation template that attaches the connect policy to a role, with the property that switches IAM authentication on.</summary>
public static class CloudFormationSnippet
{
    /// <summary>Writes the template as YAML.</summary>
    /// <param name="plan">The user and the resource it logs in to.</param>
    /// <returns>A template that deploys as it stands.</returns>
    /// <remarks>Property names: AWS::RDS::DBInstance, AWS::RDS::DBCluster, AWS::RDS::DBProxy and AWS::IAM::ManagedPolicy, AWS CloudFormation Template Reference.</remarks>
    public static string Create(RdsIamPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);

        var (type, property, idAttribute, idPattern) = plan.Kind switch
        {
            RdsResourceKind.Cluster => ("AWS::RDS::DBCluster", "EnableIAMDatabaseAuthentication: true", "DBClusterResourceId", "^cluster-[A-Za-z0-9]+$"),
            RdsResourceKind.Proxy => ("AWS::RDS::DBProxy", "Auth: [{ IAMAuth: REQUIRED, … }]", "the last part of DBProxyArn", "^prx-[A-Za-z0-9]+$"),
            _ => ("AWS::RDS::DBInstance", "EnableIAMDatabaseAuthentication: true", "DbiResourceId", "^db-[A-Za-z0-9]+$"),
        };

        var region = plan.Region ?? "${AWS::Region}";
        var account = plan.AccountId ?? "${AWS::AccountId}";
        var yaml = new StringBuilder();
        yaml.Append("AWSTemplateFormatVersion: '2010-09-09'\n");
        yaml.Append($"Description: 'IAM database authentication of {plan.User} on {plan.Name}'\n");
        yaml.Append('\n');
        yaml.Append($"# On the {type} itself:\n");
        yaml.Append($"#   {property}\n");
        yaml.Append($"# Its {idAttribute} is the parameter DatabaseResourceId below.\n");
        yaml.Append('\n');
        yaml.Append("Parameters:\n");
        yaml.Append("  DatabaseResourceId:\n");
        yaml.Append("    Type: String\n");
        yaml.Append($"    AllowedPattern: '{idPattern}'\n");
        if (plan.ResourceId is { } id)
        {
            yaml.Append($"    Default: '{id}'\n");
        }

        yaml.Append("  ServiceRoleName:\n");
        yaml.Append("    Type: String\n");
        yaml.Append("    Description: The role that the service runs under (task role, instance profile, function role)\n");
        yaml.Append('\n');
        yaml.Append("Resources:\n");
        yaml.Append($"  {plan.PascalName}{plan.PascalUser}Connect:\n");
        yaml.Append("    Type: AWS::IAM::ManagedPolicy\n");
        yaml.Append("    Properties:\n");
        yaml.Append($"      Description: '{plan.User} may log in to {plan.Name} with an IAM token'\n");
        yaml.Append("      Roles:\n");
        yaml.Append("        - !Ref ServiceRoleName\n");
        yaml.Append("      PolicyDocument:\n");
        yaml.Append("        Version: '2012-10-17'\n");
        yaml.Append("        Statement:\n");
        yaml.Append("          - Effect: Allow\n");
        yaml.Append("            Action: rds-db:connect\n");
        yaml.Append($"            Resource: !Sub 'arn:${{AWS::Partition}}:rds-db:{region}:{account}:dbuser:${{DatabaseResourceId}}/{plan.User}'\n");
        return yaml.ToString();
    }
}
