namespace RdsIamAspire.Provisioning;

/// <summary>
/// How IAM authentication is switched on, and how the resource id is found, for one kind of database. No snippet can switch it on for a
/// database that it does not define: each says this instead.
/// </summary>
/// <remarks>
/// Sources: Amazon RDS User Guide, "Enabling and disabling IAM database authentication", "Configuring IAM authentication for RDS Proxy";
/// AWS CLI Command Reference, rds; AWS CloudFormation Template Reference, AWS::RDS; Terraform AWS provider documentation, aws_db_instance,
/// aws_rds_cluster, aws_db_proxy.
/// </remarks>
internal sealed record IamAuthentication(
    RdsResourceKind Kind, string Noun, string IdPrefix, string CommandFormat, string CloudFormation, string Terraform, string FindId)
{
    private static readonly IamAuthentication[] All =
    [
        new(
            RdsResourceKind.Instance, "instance", "db-",
            "aws rds modify-db-instance --db-instance-identifier {0} --enable-iam-database-authentication --apply-immediately",
            "AWS::RDS::DBInstance: EnableIAMDatabaseAuthentication: true",
            "aws_db_instance: iam_database_authentication_enabled = true",
            "aws rds describe-db-instances --query \"DBInstances[*].[DBInstanceIdentifier,DbiResourceId]\""),
        new(
            RdsResourceKind.Cluster, "cluster", "cluster-",
            "aws rds modify-db-cluster --db-cluster-identifier {0} --enable-iam-database-authentication --apply-immediately",
            "AWS::RDS::DBCluster: EnableIAMDatabaseAuthentication: true",
            "aws_rds_cluster: iam_database_authentication_enabled = true",
            "aws rds describe-db-clusters --query \"DBClusters[*].[DBClusterIdentifier,DbClusterResourceId]\""),
        new(
            RdsResourceKind.Proxy, "proxy", "prx-",
            "aws rds modify-db-proxy --db-proxy-name {0} --default-auth-scheme IAM_AUTH",
            "AWS::RDS::DBProxy: DefaultAuthScheme: IAM_AUTH",
            "aws_db_proxy: default_auth_scheme = \"IAM_AUTH\"",
            "aws rds describe-db-proxies --query \"DBProxies[*].[DBProxyName,DBProxyArn]\" (the last part of the ARN)"),
    ];

    /// <summary>What users of a proxy have to know besides: it has a login of its own to the database behind it.</summary>
    internal static IReadOnlyList<string> AboutProxies { get; } =
    [
        "A proxy logs in to the database itself. With the scheme IAM_AUTH it does so with tokens, as the users of grants.sql:",
        "its own role then needs rds-db:connect on the database behind it, with IAM authentication switched on there too.",
        "With secrets it needs users with passwords instead.",
    ];

    /// <summary>The one kind of a plan, or every kind where it is not known.</summary>
    internal static IReadOnlyList<IamAuthentication> Of(RdsIamPlan plan) =>
        plan.Kind is { } kind ? [All.Single(known => known.Kind == kind)] : All;

    internal string Command(string? identifier) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, CommandFormat, identifier ?? $"YOUR-{Noun.ToUpperInvariant()}");
}
