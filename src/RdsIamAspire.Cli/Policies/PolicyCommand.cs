using System.CommandLine;
using RdsIamAspire.Cli.Aws;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Identity;

namespace RdsIamAspire.Cli.Policies;

/// <summary><c>rds-iam policy</c>: writes the IAM policy for a database user, or judges one.</summary>
internal sealed class PolicyCommand : ToolCommand
{
    private readonly Option<string?> _region = new("--region") { Description = "The database's region, or '*'", HelpName = "REGION" };
    private readonly Option<string?> _account = new("--account") { Description = "The AWS account, 12 digits, or '*'", HelpName = "ID" };
    private readonly Option<string?> _resource = new("--resource-id")
    {
        Description = "DbiResourceId (db-…) of an instance, DbClusterResourceId (cluster-…) of an Aurora cluster, or id (prx-…)"
            + " of an RDS Proxy",
        HelpName = "ID",
    };

    private readonly Option<string[]> _users = new("--user", "-u")
    {
        Description = "A database user; repeat it for more",
        HelpName = "USER",
    };

    private readonly Option<string?> _host = new("--host")
    {
        Description = "With --lint: the endpoint, whose kind decides which resource ids fit; with --for-role: the endpoint",
        HelpName = "HOST",
    };

    private readonly Option<string?> _lint = new("--lint")
    {
        Description = "Judge this policy document (- is stdin) in place of writing one; the other options say which login it must allow",
        HelpName = "FILE",
    };

    private readonly Option<string?> _principal = new("--principal")
    {
        Description = "With --lint: the ARN of the role or user that holds the policy, for its conditions and variables",
        HelpName = "ARN",
    };

    private readonly Option<string[]> _tags = new("--principal-tag")
    {
        Description = "With --principal: one of its tags; repeat it for more",
        HelpName = "KEY=VALUE",
    };

    private readonly Option<string?> _organization = new("--organization")
    {
        Description = "With --principal: its organisation",
        HelpName = "o-ID",
    };

    private readonly Option<string?> _forRole = new("--for-role")
    {
        Description = "Look account and resource id up by --host, and leave out the users that the role may log in as already",
        HelpName = "NAME",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "With --lint: write the findings as JSON; a policy is JSON always",
    };

    public PolicyCommand()
        : base("policy", "Write the IAM policy that lets its holder log in as database users (rds-db:connect), or judge one.")
    {
        foreach (var option in (Option[])[_region, _account, _resource, _users, _host, _forRole])
            Options.Add(option);
        foreach (var option in (Option[])[_lint, _principal, _tags, _organization, _json])
            Options.Add(option);
        Examples =
        [
            "policy --region eu-west-1 --account 123456789012 --resource-id db-ABCDEFGHIJKL01234 --user orders_app",
            "# for a role that is there, with what AWS knows of the database:",
            "policy --for-role orders-api --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app",
            "policy --lint policy.json --user orders_app --region eu-west-1",
            "# with the conditions and variables of the role that holds it:",
            "policy --lint policy.json --user orders_app --principal arn:aws:iam::123456789012:role/orders --principal-tag team=orders",
            "# judge what a role has now:",
            "policy --lint <(aws iam get-role-policy --role-name api --policy-name db --query PolicyDocument) --user orders_app",
        ];
        ExitCodes = ["0  written; with --lint: nothing that stops the login (warnings are shown)",
            "1  with --lint: the login would be refused"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var users = parsed.GetValue(_users) ?? [];
        return parsed.GetValue(_lint) is { Length: > 0 } file ? await LintAsync(parsed, file, users, cancellationToken)
            : parsed.GetValue(_forRole) is { Length: > 0 } role ? await WriteForRoleAsync(parsed, role, users, cancellationToken)
            : Write(parsed, users);
    }

    private async Task<int> WriteForRoleAsync(ParseResult parsed, string role, string[] users, CancellationToken cancellationToken)
    {
        var endpoint = RdsEndpoint.Parse(Required(parsed, _host, "the database's endpoint"));
        if (users.Length == 0)
            throw ToolException.Usage("--user is missing: give the database user, for example --user orders_app");
        using var aws = AwsApi.Create(endpoint.Region ?? NullIfEmpty(parsed.GetValue(_region)));
        var held = await Progress.OfAsync("asking AWS for the policies", HeldPolicies.ReadAsync(aws, role, cancellationToken));
        var resource = NullIfEmpty(parsed.GetValue(_resource))
            ?? await Progress.OfAsync("asking AWS for the database", SimulateCommand.ResourceIdAsync(aws, endpoint, cancellationToken));
        var account = NullIfEmpty(parsed.GetValue(_account)) ?? held.Arn.Split(':')[4];
        var missing = new List<RdsDbUserArn>();
        foreach (var user in users.Select(user => new RdsDbUserArn(aws.Region, account, resource, user, aws.Partition)))
        {
            var now = Simulation.Of(held, user, DateTimeOffset.UtcNow);
            if (now.Allowed == IamAnswer.Yes)
                Terminal.Say($"{held.Arn} may log in as '{user.UserName}' already: {now.Reason}");
            else
                missing.Add(user);
        }

        if (missing.Count == 0)
            return ExitCode.Success;
        Console.Out.Write(RdsDbConnectPolicy.CreateDocument(missing));
        Terminal.Say($"to attach it: aws iam put-role-policy --role-name {HeldPolicies.Holder(role).Name} --policy-name rds-db-connect"
            + " --policy-document file://POLICY.json");
        return ExitCode.Success;
    }

    private int Write(ParseResult parsed, string[] users)
    {
        var region = Required(parsed, _region, "the database's region, for example eu-west-1");
        var account = Required(parsed, _account, "the AWS account's 12 digits; 'aws sts get-caller-identity' shows them");
        var resource = Required(parsed, _resource, "the db-…, cluster-… or prx-… id;"
            + " 'aws rds describe-db-instances --query \"DBInstances[*].[DBInstanceIdentifier,DbiResourceId]\"' shows it");
        if (users.Length == 0)
            throw ToolException.Usage("--user is missing: give the database user, for example --user orders_app");
        Console.Out.Write(RdsDbConnectPolicy.CreateDocument(users.Select(user => new RdsDbUserArn(region, account, resource, user))));
        return ExitCode.Success;
    }

    private async Task<int> LintAsync(ParseResult parsed, string file, string[] users, CancellationToken cancellationToken)
    {
        var json = await InputFile.ReadAsync(_lint.Name, file, cancellationToken);
        var intent = new RdsPolicyIntent
        {
            Region = NullIfEmpty(parsed.GetValue(_region)),
            AccountId = NullIfEmpty(parsed.GetValue(_account)),
            ResourceId = NullIfEmpty(parsed.GetValue(_resource)),
            Kind = parsed.GetValue(_host) is { Length: > 0 } host ? RdsEndpoint.Parse(host).Kind : null,
            PrincipalArn = NullIfEmpty(parsed.GetValue(_principal)),
            PrincipalTags = parsed.GetValue(_tags) is { Length: > 0 } tags ? Tags(tags) : null,
            OrganizationId = NullIfEmpty(parsed.GetValue(_organization)),
        };
        var findings = (users.Length == 0 ? [intent] : users.Select(user => intent with { User = user }))
            .SelectMany(one => RdsDbConnectPolicy.Lint(json, one))
            .Distinct()
            .ToList();
        if (parsed.GetValue(_json))
        {
            Terminal.WriteJson(findings);
        }
        else
        {
            foreach (var finding in findings)
                Console.Out.WriteLine(finding);
            if (findings.Count == 0)
                Console.Out.WriteLine("nothing found");
        }

        return findings.Any(f => f.Severity == RdsPolicySeverity.Error) ? ExitCode.Problem : ExitCode.Success;
    }

    private static Dictionary<string, string> Tags(string[] tags)
    {
        var read = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var tag in tags)
        {
            var equals = tag.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
                throw ToolException.Usage($"--principal-tag '{tag}' is not KEY=VALUE");
            read[tag[..equals]] = tag[(equals + 1)..];
        }

        return read;
    }

    private static string Required(ParseResult parsed, Option<string?> option, string what) =>
        NullIfEmpty(parsed.GetValue(option)) ?? throw ToolException.Usage($"{option.Name} is missing: give {what}");

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
