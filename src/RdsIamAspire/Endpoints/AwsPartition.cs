using System.Diagnostics;
using Amazon;

namespace RdsIamAspire;

/// <summary>
/// A group of AWS regions with an own set of accounts and an own DNS suffix: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c>, …
/// Its name is the second part of every ARN.
/// </summary>
/// <remarks>
/// Source: AWS General Reference, "AWS Regions and endpoints"; names and suffixes as AWSSDK.Core's <see cref="RegionEndpoint"/> has them.
/// </remarks>
public sealed record AwsPartition
{
    private AwsPartition(string name, string dnsSuffix)
    {
        Name = name;
        DnsSuffix = dnsSuffix;
    }

    /// <summary>The commercial regions.</summary>
    public static AwsPartition Aws { get; } = new("aws", "amazonaws.com");

    /// <summary>Beijing and Ningxia.</summary>
    public static AwsPartition China { get; } = new("aws-cn", "amazonaws.com.cn");

    /// <summary>AWS GovCloud (US).</summary>
    public static AwsPartition UsGov { get; } = new("aws-us-gov", "amazonaws.com");

    /// <summary>Every partition this library knows.</summary>
    public static IReadOnlyList<AwsPartition> All { get; } =
    [
        Aws,
        China,
        UsGov,
        new("aws-eusc", "amazonaws.eu"),
        new("aws-iso", "c2s.ic.gov"),
        new("aws-iso-b", "sc2s.sgov.gov"),
        new("aws-iso-e", "cloud.adc-e.uk"),
        new("aws-iso-f", "csp.hci.ic.gov"),
    ];

    /// <summary>The partition's name as it stands in an ARN, for example <c>aws-cn</c>.</summary>
    public string Name { get; }

    /// <summary>What host names in the partition end with, for example <c>amazonaws.com.cn</c>.</summary>
    public string DnsSuffix { get; }

    /// <summary>The partition that a region belongs to. A region that the SDK does not know yet is judged by its prefix.</summary>
    /// <param name="region">A region's system name, for example <c>eu-west-1</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="region"/> is not shaped like a region name.</exception>
    [StackTraceHidden] // A wrong argument is the caller's: an AppHost prints it with its author's line.
    public static AwsPartition FromRegion(string region)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(region);
        if (!IsRegionName(region))
            throw new ArgumentException($"'{region}' is not an AWS region name; a region looks like 'eu-west-1'.", nameof(region));

        var name = RegionEndpoint.GetBySystemName(region).PartitionName;
        return All.FirstOrDefault(p => p.Name == name) ?? Aws;
    }

    /// <summary>The partition with this ARN name, or null when there is none.</summary>
    public static AwsPartition? FromName(string name) => All.FirstOrDefault(p => p.Name == name);

    /// <summary>
    /// Whether the text is shaped like a region: lower-case words and a number, joined by hyphens (<c>us-gov-west-1</c>).
    /// </summary>
    internal static bool IsRegionName(ReadOnlySpan<char> text)
    {
        var parts = 0;
        while (true)
        {
            var hyphen = text.IndexOf('-');
            var part = hyphen < 0 ? text : text[..hyphen];
            if (part.IsEmpty)
                return false;
            parts++;
            if (hyphen < 0)
                return parts >= 3 && !part.ContainsAnyExceptInRange('0', '9');
            if (part.ContainsAnyExceptInRange('a', 'z'))
                return false;
            text = text[(hyphen + 1)..];
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
