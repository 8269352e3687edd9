using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tokens;

/// <summary><c>rds-iam explain</c>: what a token is for, and why RDS would refuse it.</summary>
internal sealed class ExplainCommand : ToolCommand
{
    // More than any token in any wrapping has: a whole file given by mistake is not read.
    private const int Longest = 64 * 1024;

    private readonly Argument<string?> _token = new("TOKEN|FILE")
    {
        Description = "The token, as it was pasted, or a file with it [default: stdin]. A token on a command line stays in the shell's"
            + " history",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _host = new("--host")
    {
        Description = "The endpoint that the token is meant for",
        HelpName = "HOST[:PORT]",
    };
    private readonly Option<string?> _user = new("--user", "-u")
    {
        Description = "The user that the token is meant for",
        HelpName = "USER",
    };
    private readonly Option<string?> _region = new("--region")
    {
        Description = "The region that the token is meant for",
        HelpName = "REGION",
    };
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    public ExplainCommand()
        : base("explain", "Read an auth token and say what it is for, until when, and what is wrong with it. Signature and session token"
        + " are never shown.")
    {
        Arguments.Add(_token);
        foreach (var option in (Option[])[_host, _user, _region, _json])
            Options.Add(option);
        Examples =
        [
            "explain token.txt",
            "explain --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app token.txt",
        ];
        ExitCodes = ["0  a token in which nothing wrong can be seen", "1  no token, or one that RDS would refuse"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = PastedToken.Find(await ReadAsync(parsed.GetValue(_token), cancellationToken));
        if (text.Length == 0)
        {
            throw new ToolException(ExitCode.Problem,
                "stdin is empty; pipe a token in, for example: rds-iam token --host HOST --user USER | rds-iam explain");
        }

        RdsAuthToken token;
        try
        {
            token = RdsAuthToken.Parse(text);
        }
        catch (FormatException) when (LooksLikeAFile(parsed.GetValue(_token)))
        {
            throw ToolException.Missing("there is no such file, and the argument is no token either");
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

    // Of a path's letters alone, which no token is. It is not repeated: a secret key could be taken for one.
    private static bool LooksLikeAFile(string? given) => given is { Length: > 1 and < 200 } && !File.Exists(given)
        && given.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_' or '~' or '\\' or ':')
        && (given.Contains('/', StringComparison.Ordinal) || given.Contains('.', StringComparison.Ordinal));

    private static async Task<string> ReadAsync(string? given, CancellationToken cancellationToken)
    {
        if (given is not (null or "-"))
            return given.Length <= Longest && File.Exists(given) ? await ReadAsync(new StreamReader(given), cancellationToken) : given;
        if (!Console.IsInputRedirected)
        {
            Terminal.Say("paste the token and press Enter");
            return await Console.In.ReadLineAsync(cancellationToken) ?? "";
        }

        return await ReadAsync(Console.In, cancellationToken);
    }

    private static async Task<string> ReadAsync(TextReader reader, CancellationToken cancellationToken)
    {
        using (reader)
        {
            var buffer = new char[Longest];
            return new string(buffer, 0, await reader.ReadBlockAsync(buffer, cancellationToken));
        }
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
