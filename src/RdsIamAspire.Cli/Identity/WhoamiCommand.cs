using System.CommandLine;
using RdsIamAspire.Cli.Aws;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Identity;

/// <summary><c>rds-iam whoami</c>: the AWS identity that signs.</summary>
internal sealed class WhoamiCommand : ToolCommand
{
    private readonly Option<string?> _region = new("--region")
    {
        Description = "The region to ask in [default: AWS_REGION, the profile's]",
    };

    private readonly Option<string?> _profile = new("--profile") { Description = "The profile of ~/.aws/config" };
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    public WhoamiCommand()
        : base("whoami", "Say which AWS identity signs tokens here, and where its credentials come from.")
    {
        foreach (var option in (Option[])[_region, _profile, _json])
            Options.Add(option);
        Examples = ["whoami", "whoami --profile prod"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_profile) is { Length: > 0 } profile)
            NamedProfile.Use(profile);
        using var aws = AwsApi.Create(parsed.GetValue(_region) is { Length: > 0 } region ? region : null);
        var keys = await aws.KeysAsync(cancellationToken);
        // The local emulator's keys are its own.
        var isMadeUp = keys.AccessKey.Contains("LOCAL", StringComparison.Ordinal);
        var asking = isMadeUp ? Task.FromResult<AwsCaller?>(null) : AskAsync(aws, cancellationToken);
        await Progress.WhileAsync("asking AWS", asking);
        var caller = await asking;
        if (parsed.GetValue(_json))
        {
            Terminal.WriteJson(new { caller?.Arn, caller?.Account, keys.AccessKey, Temporary = keys.UseToken, aws.Source, aws.Region });
            return ExitCode.Success;
        }

        Console.Out.WriteLine($"identity     {ShownText.Of(caller?.Arn ?? "none of AWS's: the key is of 'rds-iam local' or an AppHost")}");
        if (caller is not null)
            Console.Out.WriteLine($"account      {ShownText.Of(caller.Account)}");
        Console.Out.WriteLine($"access key   {ShownText.Of(keys.AccessKey)} ({(keys.UseToken ? "temporary" : "long-term")} credentials)");
        Console.Out.WriteLine($"from         {ShownText.Of(aws.Source)}");
        Console.Out.WriteLine($"region       {aws.Region}");
        return ExitCode.Success;
    }

    private static async Task<AwsCaller?> AskAsync(AwsApi aws, CancellationToken cancellationToken) =>
        await AwsCaller.AskAsync(aws, cancellationToken);
}

/// <summary>Who signs, as STS says it.</summary>
internal sealed record AwsCaller(string Arn, string Account)
{
    /// <summary>Asks STS.</summary>
    /// <exception cref="ToolException">AWS refuses, or cannot be reached.</exception>
    public static async Task<AwsCaller> AskAsync(AwsApi aws, CancellationToken cancellationToken)
    {
        // AWS Security Token Service API Reference.
        var answer = await aws.QueryAsync("sts", "2011-06-15", "GetCallerIdentity", [], cancellationToken);
        var result = answer.Element("GetCallerIdentityResult");
        return new((string?)result?.Element("Arn") ?? "", (string?)result?.Element("Account") ?? "");
    }
}
