namespace RdsIamAspire.Provisioning.Tests;

/// <summary>
/// The plans that each of AWS's own tools is asked about: one user and three, each kind of database and an unknown one, known ids and
/// regions.
/// </summary>
internal static class Plans
{
    internal static readonly RdsIamPlan OneUser = new("orders-db", "orders_app");

    /// <summary>Two of the three would have the same name in CloudFormation and C#.</summary>
    internal static readonly RdsIamPlan ThreeUsers = new("orders-db", "orders_app", "reports.reader", "Orders-App");

    public static TheoryData<string> Names => [.. All.Keys];

    internal static IReadOnlyDictionary<string, RdsIamPlan> All { get; } = new Dictionary<string, RdsIamPlan>
    {
        ["unknown kind, one user"] = OneUser,
        ["unknown kind, three users"] = ThreeUsers,
        ["instance, one user"] = OneUser with { Kind = RdsResourceKind.Instance },
        ["instance, three users"] = ThreeUsers with { Kind = RdsResourceKind.Instance, Identifier = "orders" },
        ["cluster, one user"] = OneUser with { Kind = RdsResourceKind.Cluster, Identifier = "orders" },
        ["cluster, three users"] = ThreeUsers with { Kind = RdsResourceKind.Cluster },
        ["proxy, one user"] = OneUser with { Kind = RdsResourceKind.Proxy },
        ["proxy, three users"] = ThreeUsers with { Kind = RdsResourceKind.Proxy, Identifier = "orders-proxy" },
        ["cluster in China, everything known"] = ThreeUsers with
        {
            Kind = RdsResourceKind.Cluster,
            Region = "cn-north-1",
            AccountId = "123456789012",
            ResourceId = "cluster-ABCDEFGHIJKL01234",
        },
        ["a user that is a number"] = new("o", "007") { Kind = RdsResourceKind.Instance },
    };
}
