namespace RdsIamAspire.Provisioning;

/// <summary>What an IAM policy for database access can name.</summary>
public enum RdsResourceKind
{
    /// <summary>An RDS for MySQL instance, by its <c>DbiResourceId</c> (<c>db-…</c>).</summary>
    Instance,

    /// <summary>An Aurora MySQL or Multi-AZ DB cluster, by its <c>DbClusterResourceId</c> (<c>cluster-…</c>).</summary>
    Cluster,

    /// <summary>An RDS Proxy, by the last part of its ARN (<c>prx-…</c>).</summary>
    Proxy,
}
