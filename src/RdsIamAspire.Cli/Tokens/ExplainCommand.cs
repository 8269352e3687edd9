using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tokens;

/// <summary><c>rds-iam explain</c>: what a token on stdin is for, and why RDS would refuse it.</summary>
internal sealed class ExplainCommand : ToolCommand
{
    private readonly Option<string?> _host = new("--host") { Description = "The endpoint that the token is meant for", HelpName = "HOST[:PORT]" };
    private readonly Option<string?> _user = new("--user", "-u") { Description = "The user that the token is meant for", HelpName = "USER" };
    private readonly Option<string?> _region = new("--region") { Description = "The region that the token is meant for", HelpName = "REGION" };
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    public ExplainCommand()
        : base("explain", "Read an auth token from stdin and say what it is for, until when, and what is wrong with it. Signature and session token are never shown.")
    {
        foreach (var option in (Option[])[_host, _user, _region, _json])
            Options.Add(option);
        Examples =
        [
            "explain < token.txt",
            "explain --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app < token.txt",
        ];
        ExitCodes = ["0  a token in which nothing wrong can be seen", "1  no token, or one that RDS would refuse"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
            Terminal.Say("paste the token and press Enter");
        // The first line and no more than any token has: a whole file piped in by mistake is not read.
        var text = (await Console.In.ReadLineAsync(cancellationToken))?.Trim();
        if (string.IsNullOrEmpty(text))
            throw new ToolException(ExitCode.Problem, "stdin is empty; pipe a token in, for example: rds-iam token --host HOST --user USER | rds-iam explain");

        RdsAuthToken token;
        try
        {
            token = RdsAuthToken.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ToolException(ExitCode.Problem, e.Message);
        }

        var meantFor = parsed.GetValue(_host) is { Length: > 0 } host ? RdsEndpoint.Parse(host) : null;
        var report = TokenReport.Create(token, DateTimeOffset.UtcNow, meantFor, parsed.GetValue(_user), parsed.GetValue(_region));
        if (parsed.GetValue(_json))
            Terminal.WriteJson(report);
        else
            Write(report);
        return report.Problems.Count == 0 ? ExitCode.Success : ExitCode.Problem;
    }

    private static void Write(TokenReport report)
    {
        var endpoint = report.EndpointKind == RdsEndpointKind.Custom ? "not an RDS host name" : report.EndpointKind.ToString();
        Console.Out.WriteLine($"""
            host         {report.Host} ({endpoint})
            port         {report.Port}
            user         {report.User}
            region       {report.Region}
            access key   {report.AccessKeyId} ({(report.TemporaryCredentials ? "temporary credentials" : "long-term key")})
            issued       {Terminal.Utc(report.IssuedAt)}
            expires      {Terminal.Utc(report.ExpiresAt)}
            """);
        var left = report.ExpiresAt - DateTimeOffset.UtcNow;
        Console.Out.WriteLine(report.Problems.Count == 0
            ? $"state        good for {TokenReport.Span(left)} (the signature and the policy are judged by RDS only)"
            : "state        RDS would refuse it:");
        foreach (var problem in report.Problems)
            Console.Out.WriteLine($"  - {problem}");
    }
}
