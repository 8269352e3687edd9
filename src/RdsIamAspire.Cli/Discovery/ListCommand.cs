using System.CommandLine;
using RdsIamAspire.Cli.Aws;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Endpoints;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Discovery;

/// <summary><c>rds-iam list</c>: the databases of a region that take IAM logins, or the names of <c>rds-iam.json</c>.</summary>
internal sealed class ListCommand : ToolCommand
{
    private readonly Option<string?> _region = new("--region") { Description = "The region [default: AWS_REGION, the profile's]" };
    private readonly Option<string?> _profile = new("--profile") { Description = "The profile of ~/.aws/config that asks" };
    private readonly Option<bool> _all = new("--all") { Description = "Those too that do not take IAM logins" };
    private readonly Option<bool> _names = new("--names") { Description = "The names of rds-iam.json, without asking AWS" };
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    public ListCommand()
        : base("list", "List the RDS instances, Aurora clusters and RDS Proxies of a region that take IAM logins, with the resource ids"
            + " that policies name.")
    {
        foreach (var option in (Option[])[_region, _profile, _all, _names, _json])
            Options.Add(option);
        Examples = ["list --region eu-west-1", "list --names"];
        ExitCodes = ["0  also when there is none"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_names))
            return Names(parsed.GetValue(_json));
        if (parsed.GetValue(_profile) is { Length: > 0 } profile)
            NamedProfile.Use(profile);
        using var aws = AwsApi.Create(parsed.GetValue(_region) is { Length: > 0 } region ? region : null);
        var found = await Progress.OfAsync($"asking AWS for the databases of {aws.Region}",
            FoundDatabase.FindAsync(aws, cancellationToken));
        var shown = found.Where(database => database.Iam || parsed.GetValue(_all)).OrderBy(database => database.Name,
            StringComparer.Ordinal).ToList();
        if (parsed.GetValue(_json))
        {
            Terminal.WriteJson(shown);
            return ExitCode.Success;
        }

        Table.Write([.. shown.Select(database => (string[])[database.Name, database.Kind, database.Endpoint ?? "(no endpoint yet)",
            database.ResourceId, database.Iam ? "IAM" : "no IAM", database.Public == true ? "public" : ""])]);
        if (shown.Count == 0)
        {
            Terminal.Say(found.Count == 0 ? $"{aws.Region} has no MySQL database of this account"
                : $"none of the {found.Count} MySQL databases in {aws.Region} takes IAM logins; --all lists them, and 'aws rds"
                    + " modify-db-instance --enable-iam-database-authentication' turns it on");
        }

        return ExitCode.Success;
    }

    private static int Names(bool json)
    {
        var all = EndpointFile.Read().All;
        if (json)
        {
            Terminal.WriteJson(all);
            return ExitCode.Success;
        }

        Table.Write([.. all.Select(endpoint => (string[])[endpoint.Name, endpoint.Endpoint, endpoint.User ?? "", endpoint.Via ?? "",
            endpoint.ReadOnly ? "read-only" : ""])]);
        if (all.Count == 0)
            Terminal.Say($"no rds-iam.json names an endpoint, here or in '{EndpointFile.OwnPath}'");
        return ExitCode.Success;
    }
}
