using System.CommandLine;
using RdsIamAspire.Cli.Aws;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Discovery;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Identity;

/// <summary><c>rds-iam simulate</c>: whether a role's policies let it log in, without a login.</summary>
internal sealed class SimulateCommand : ToolCommand
{
    private readonly EndpointOptions _endpoint;
    private readonly Option<string?> _role = new("--role")
    {
        Description = "The role's name, or the ARN of a role or user [default: whoever signs here]",
        HelpName = "NAME|ARN",
    };

    private readonly Option<string?> _resource = new("--resource-id")
    {
        Description = "db-…, cluster-… or prx-… [default: looked up by the endpoint]",
        HelpName = "ID",
    };

    private readonly Option<string?> _account = new("--account")
    {
        Description = "The database's account [default: the role's]",
        HelpName = "ID",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    public SimulateCommand()
        : base("simulate", "Judge whether a role's policies, as IAM has them now, let it log in as a database user. Nothing is logged in"
            + " to; service control policies and session policies are not seen.")
    {
        _endpoint = new EndpointOptions(this, dials: false);
        foreach (var option in (Option[])[_role, _resource, _account, _json])
            Options.Add(option);
        Examples =
        [
            "simulate --role orders-api --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app",
            "simulate --host orders-prod --resource-id db-ABCDEFGHIJKL01234",
        ];
        ExitCodes = ["0  the policies let it in", "1  they do not, or it depends on what is not known here"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var target = _endpoint.Read(parsed);
        using var aws = AwsApi.Create(target.SignFor.Region ?? target.Region);
        var judging = JudgeAsync(parsed, target, aws, cancellationToken);
        await Progress.WhileAsync("asking AWS for the policies", judging);
        var (held, arn, simulation) = await judging;
        if (parsed.GetValue(_json))
        {
            Terminal.WriteJson(new
            {
                simulation.Allowed,
                simulation.Reason,
                Holder = held.Arn,
                Resource = arn.ToString(),
                Policies = held.Policies.Select(policy => policy.Name),
                Boundary = held.Boundary?.Name,
            });
        }
        else
        {
            var answer = simulation.Allowed switch
            {
                IamAnswer.Yes => "allowed",
                IamAnswer.No => "denied",
                _ => "it depends",
            };
            Console.Out.WriteLine($"{answer}: {ShownText.Of(simulation.Reason)}");
            Console.Out.WriteLine($"  who        {ShownText.Of(held.Arn)}");
            Console.Out.WriteLine($"  on         {ShownText.Of(arn.ToString())}");
            foreach (var (name, _) in held.Policies)
                Console.Out.WriteLine($"  policy     {ShownText.Of(name)}");
            if (held.Boundary is { } boundary)
                Console.Out.WriteLine($"  boundary   {ShownText.Of(boundary.Name)}");
        }

        return simulation.Allowed == IamAnswer.Yes ? ExitCode.Success : ExitCode.Problem;
    }

    private async Task<(HeldPolicies, RdsDbUserArn, Simulation)> JudgeAsync(
        ParseResult parsed, DatabaseTarget target, AwsApi aws, CancellationToken cancellationToken)
    {
        var holder = parsed.GetValue(_role) is { Length: > 0 } role ? role : (await AwsCaller.AskAsync(aws, cancellationToken)).Arn;
        var held = await HeldPolicies.ReadAsync(aws, holder, cancellationToken);
        var resource = parsed.GetValue(_resource) is { Length: > 0 } given ? given
            : await ResourceIdAsync(aws, target.SignFor, cancellationToken);
        var account = parsed.GetValue(_account) is { Length: > 0 } other ? other : held.Arn.Split(':')[4];
        var arn = new RdsDbUserArn(aws.Region, account, resource, target.User, aws.Partition);
        return (held, arn, Simulation.Of(held, arn, DateTimeOffset.UtcNow));
    }

    /// <summary>What policies call the database behind an endpoint.</summary>
    /// <exception cref="ToolException">The account has none there.</exception>
    public static async Task<string> ResourceIdAsync(AwsApi aws, RdsEndpoint endpoint, CancellationToken cancellationToken) =>
        (await FoundDatabase.FindAsync(aws, endpoint, cancellationToken))?.ResourceId
            ?? throw ToolException.Missing($"this account has no database behind '{endpoint.Host}' in {aws.Region}; give --resource-id");
}
