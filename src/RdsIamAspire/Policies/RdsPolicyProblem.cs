namespace RdsIamAspire;

/// <summary>The mistakes that <see cref="RdsDbConnectPolicy.Lint"/> knows.</summary>
public enum RdsPolicyProblem
{
    /// <summary>No statement allows <c>rds-db:connect</c>.</summary>
    NothingAllowed,

    /// <summary>An action of another service, such as <c>rds:connect</c>, where <c>rds-db:connect</c> was meant.</summary>
    WrongAction,

    /// <summary>A resource that is not an <c>rds-db</c> user, such as the instance's own ARN.</summary>
    WrongResource,

    /// <summary>The instance's or cluster's name in place of its resource id (<c>db-…</c>, <c>cluster-…</c>, <c>prx-…</c>).</summary>
    NotAResourceId,

    /// <summary>A region outside the ARN's partition, or one that does not exist.</summary>
    WrongRegion,

    /// <summary>A condition on a key that <c>rds-db:connect</c> does not support: the statement never applies as meant.</summary>
    UnsupportedConditionKey,

    /// <summary>Every user of every database is allowed.</summary>
    TooBroad,

    /// <summary>A policy variable in a document whose version does not know them.</summary>
    VariableNeedsNewVersion,
}
