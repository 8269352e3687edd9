using System.Xml.Linq;
using RdsIamAspire.Cli.Aws;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Identity;

/// <summary>The policies of a role or a user, as IAM has them now.</summary>
internal sealed record HeldPolicies
{
    private const string Version = "2010-05-08"; // AWS Identity and Access Management API Reference

    /// <summary>The role's or user's ARN.</summary>
    public required string Arn { get; init; }

    /// <summary>Each policy with its name.</summary>
    public required IReadOnlyList<(string Name, string Document)> Policies { get; init; }

    /// <summary>The permissions boundary; null where there is none.</summary>
    public (string Name, string Document)? Boundary { get; init; }

    /// <summary>The tags of the role or user.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="aws">Who asks; needs iam:Get… and iam:List….</param>
    /// <param name="holder">The ARN of a role, a user or an assumed role; or a role's name.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ToolException">It is none of these, AWS refuses, or cannot be reached.</exception>
    public static async Task<HeldPolicies> ReadAsync(AwsApi aws, string holder, CancellationToken cancellationToken)
    {
        var (kind, name) = Holder(holder);
        Task<XElement> Ask(string action, params (string, string)[] parameters) =>
            aws.QueryAsync("iam", Version, action, parameters, cancellationToken);
        var self = (await Ask($"Get{kind}", ($"{kind}Name", name))).Descendants(kind).First();
        var policies = new List<(string, string)>(await OfAsync(aws, kind, name, cancellationToken));
        if (kind == "User")
        {
            var groups = await aws.QueryAllAsync("iam", Version, "ListGroupsForUser", [("UserName", name)], "member", cancellationToken);
            foreach (var group in groups)
                policies.AddRange(await OfAsync(aws, "Group", (string)group.Element("GroupName")!, cancellationToken));
        }

        var boundary = (string?)self.Element("PermissionsBoundary")?.Element("PermissionsBoundaryArn");
        return new()
        {
            Arn = (string)self.Element("Arn")!,
            Policies = policies,
            Boundary = boundary is null ? null : (boundary, await ManagedAsync(aws, boundary, cancellationToken)),
            Tags = (self.Element("Tags")?.Elements("member") ?? []).ToDictionary(tag => (string)tag.Element("Key")!,
                tag => (string)tag.Element("Value")!, StringComparer.OrdinalIgnoreCase),
        };
    }

    /// <summary>Which of IAM's things an ARN or name is. Pure.</summary>
    internal static (string Kind, string Name) Holder(string text)
    {
        if (!text.StartsWith("arn:", StringComparison.Ordinal))
            return ("Role", text);
        var fields = text.Split(':', 6);
        var words = fields.Length == 6 ? fields[5].Split('/') : [];
        return words switch
        {
            ["assumed-role", var role, ..] => ("Role", role),
            ["role", .., var role] => ("Role", role),
            ["user", .., var user] => ("User", user),
            _ => throw ToolException.Usage($"'{text}' is no role and no user, so it has no policies that could be read"),
        };
    }

    private static async Task<IReadOnlyList<(string, string)>> OfAsync(
        AwsApi aws, string kind, string name, CancellationToken cancellationToken)
    {
        var read = new List<(string, string)>();
        var attached = await aws.QueryAllAsync("iam", Version, $"ListAttached{kind}Policies", [($"{kind}Name", name)], "member",
            cancellationToken);
        foreach (var policy in attached)
        {
            var arn = (string)policy.Element("PolicyArn")!;
            read.Add((arn, await ManagedAsync(aws, arn, cancellationToken)));
        }

        var own = await aws.QueryAllAsync("iam", Version, $"List{kind}Policies", [($"{kind}Name", name)], "member", cancellationToken);
        foreach (var policy in own.Select(element => element.Value))
        {
            var answer = await aws.QueryAsync("iam", Version, $"Get{kind}Policy", [($"{kind}Name", name), ("PolicyName", policy)],
                cancellationToken);
            read.Add(($"{name}/{policy}", Uri.UnescapeDataString(answer.Descendants("PolicyDocument").First().Value)));
        }

        return read;
    }

    private static async Task<string> ManagedAsync(AwsApi aws, string arn, CancellationToken cancellationToken)
    {
        var policy = await aws.QueryAsync("iam", Version, "GetPolicy", [("PolicyArn", arn)], cancellationToken);
        var version = policy.Descendants("DefaultVersionId").First().Value;
        var answer = await aws.QueryAsync("iam", Version, "GetPolicyVersion", [("PolicyArn", arn), ("VersionId", version)],
            cancellationToken);
        return Uri.UnescapeDataString(answer.Descendants("Document").First().Value);
    }
}
