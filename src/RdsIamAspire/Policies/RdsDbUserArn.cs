using System.Diagnostics.CodeAnalysis;

namespace RdsIamAspire;

/// <summary>
/// The resource of an <c>rds-db:connect</c> statement: a database user of one DB instance, cluster or proxy.
/// </summary>
/// <remarks>Source: Amazon RDS User Guide, "Creating and using an IAM policy for IAM database access".</remarks>
public sealed record RdsDbUserArn
{
    /// <summary>Creates the ARN from its parts.</summary>
    /// <param name="region">The region, or <c>*</c>.</param>
    /// <param name="accountId">The account, 12 digits, or <c>*</c>.</param>
    /// <param name="resourceId">
    /// The DbiResourceId (<c>db-…</c>) of an instance, the DbClusterResourceId (<c>cluster-…</c>) of an Aurora cluster, the id
    /// (<c>prx-…</c>) of an RDS Proxy, or
    /// <c>*</c>. Not the instance's name. Wildcards (<c>*</c>, <c>?</c>) are allowed.
    /// </param>
    /// <param name="userName">The database user, or <c>*</c>; policy variables (<c>${aws:username}</c>) are allowed. Not
    /// <c>user@host</c>.</param>
    /// <param name="partition">The partition; null takes the region's, or <c>aws</c> when the region is <c>*</c>.</param>
    /// <exception cref="ArgumentException">A part is not of its form; the message says which and what to give.</exception>
    public RdsDbUserArn(string region, string accountId, string resourceId, string userName, AwsPartition? partition = null)
    {
        Region = Checked(region, region == "*" || AwsPartition.IsRegionName(region), nameof(region),
            "is not a region; give one like 'eu-west-1', or '*'");
        AccountId = Checked(accountId, accountId is "*" || (accountId?.Length == 12 && accountId.All(char.IsAsciiDigit)),
            nameof(accountId), "is not an AWS account id; give its 12 digits, or '*'");
        ResourceId = Checked(resourceId, IsResourceId(resourceId), nameof(resourceId),
            "is not a resource id. Give the DbiResourceId of the instance (db-…), the DbClusterResourceId of the cluster (cluster-…) or the"
                + " id of the proxy (prx-…), not its name; "
            + "'aws rds describe-db-instances --query \"DBInstances[*].[DBInstanceIdentifier,DbiResourceId]\"' shows it");
        UserName = Checked(userName, !string.IsNullOrWhiteSpace(userName) && userName.Length <= 128 && !userName.Contains('@'),
            nameof(userName),
            "is not a database user name; give the name alone, without '@' and a host");
        Partition = partition ?? (region == "*" ? AwsPartition.Aws : AwsPartition.FromRegion(region));
    }

    /// <summary>The partition: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c>, …</summary>
    public AwsPartition Partition { get; }

    /// <summary>The region, or <c>*</c>.</summary>
    public string Region { get; }

    /// <summary>The account, or <c>*</c>.</summary>
    public string AccountId { get; }

    /// <summary>The <c>db-</c>, <c>cluster-</c> or <c>prx-</c> id, or a pattern.</summary>
    public string ResourceId { get; }

    /// <summary>The database user, or a pattern.</summary>
    public string UserName { get; }

    /// <summary>Reads <c>arn:partition:rds-db:region:account:dbuser:resource-id/user</c>.</summary>
    /// <exception cref="FormatException">The text is not such an ARN; the message says why.</exception>
    public static RdsDbUserArn Parse(string arn)
    {
        ArgumentNullException.ThrowIfNull(arn);
        const string Form =
            "an rds-db:connect resource looks like 'arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-ABCDEFGHIJKL01234/jane_doe'";
        var parts = arn.Split(':', 7);
        if (parts.Length != 7 || parts[0] != "arn" || parts[2] != "rds-db")
            throw new FormatException($"'{arn}' is not an ARN of rds-db; {Form}.");
        var slash = parts[6].IndexOf('/');
        if (parts[5] != "dbuser" || slash < 0)
            throw new FormatException($"'{arn}' does not end with 'dbuser:resource-id/user'; {Form}.");
        if (AwsPartition.FromName(parts[1]) is not { } partition)
            throw new FormatException($"'{arn}' has the partition '{parts[1]}'; known are {string.Join(", ", AwsPartition.All)}.");
        try
        {
            return new RdsDbUserArn(parts[3], parts[4], parts[6][..slash], parts[6][(slash + 1)..], partition);
        }
        catch (ArgumentException e)
        {
            // The parameter's name means nothing to the reader of an ARN.
            throw new FormatException($"'{arn}': {e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal)}", e);
        }
    }

    /// <summary>As <see cref="Parse"/>, with false in place of the exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? arn, [NotNullWhen(true)] out RdsDbUserArn? parsed)
    {
        try
        {
            parsed = arn is null ? null : Parse(arn);
        }
        catch (FormatException)
        {
            parsed = null;
        }

        return parsed is not null;
    }

    /// <summary>The ARN as it stands in a policy.</summary>
    public override string ToString() => $"arn:{Partition.Name}:rds-db:{Region}:{AccountId}:dbuser:{ResourceId}/{UserName}";

    /// <summary><c>*</c>, or one of the three prefixes with letters, digits and wildcards after it.</summary>
    internal static bool IsResourceId([NotNullWhen(true)] string? id) =>
        id == "*" || (id is not null && HasResourceIdPrefix(id) && id.Length > id.IndexOf('-') + 1
            && id.AsSpan(id.IndexOf('-') + 1).IndexOfAnyExcept(ResourceIdCharacters) < 0);

    internal static bool HasResourceIdPrefix(string id) =>
        id.StartsWith("db-", StringComparison.Ordinal) || id.StartsWith("cluster-", StringComparison.Ordinal)
        || id.StartsWith("prx-", StringComparison.Ordinal);

    private static readonly System.Buffers.SearchValues<char> ResourceIdCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*?");

    private static string Checked(string? value, bool good, string name, string what) =>
        good ? value! : throw new ArgumentException($"'{value}' {what}.", name);
}
