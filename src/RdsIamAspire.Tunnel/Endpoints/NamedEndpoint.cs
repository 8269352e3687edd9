namespace RdsIamAspire.Tunnel.Endpoints;

/// <summary>What a name in <c>rds-iam.json</c> stands for.</summary>
internal sealed record NamedEndpoint
{
    public required string Name { get; init; }

    /// <summary>The file that has it, for messages.</summary>
    public required string File { get; init; }

    /// <summary>HOST[:PORT], the endpoint's own.</summary>
    public required string Endpoint { get; init; }

    public string? User { get; init; }

    public string? Database { get; init; }

    public string? Region { get; init; }

    /// <summary>The profile of ~/.aws/config whose credentials sign.</summary>
    public string? AwsProfile { get; init; }

    /// <summary>The way there, as <c>--via</c> takes it.</summary>
    public string? Via { get; init; }

    /// <summary>The endpoint's own name where <see cref="Endpoint"/> is a port-forward or a CNAME.</summary>
    public string? SignFor { get; init; }

    /// <summary>A CA bundle; only in a person's own file.</summary>
    public string? Ca { get; init; }

    /// <summary>The port of <c>rds-iam tunnel</c>; null takes a free one.</summary>
    public int? Listen { get; init; }

    /// <summary>Whether sessions of <c>connect</c> begin read-only, and programs are run only when that is lifted.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The colour of the line that says where one is; null for none.</summary>
    public string? Banner { get; init; }
}
