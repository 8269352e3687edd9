using System.CommandLine;
using System.Text.Json;
using RdsIamAspire.Cli.AppHosts;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Doctor;

/// <summary><c>rds-iam doctor</c>: why an IAM login does not work.</summary>
internal sealed class DoctorCommand : ToolCommand
{
    private readonly EndpointOptions _endpoint;
    private readonly Option<string?> _ca = new("--ca")
    {
        Description = "A CA bundle of your own, PEM [default: RDS_IAM_CA_BUNDLE, else the bundle in force]",
        HelpName = "FILE",
    };
    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "The policy of whoever signs, to be judged too",
        HelpName = "FILE",
    };
    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "How many seconds the server may take",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 10,
    };
    private readonly Option<string?> _why = new("--why")
    {
        Description = "In place of a login: what this error means (as it was pasted; - is stdin)",
        HelpName = "ERROR",
    };

    private readonly Argument<string?> _connection = new("CONNECTION-STRING")
    {
        Description = "A connection string or mysql:// URI with host and user, in place of --host and --user",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _appHost = new("--apphost")
    {
        Description = "In place of one login: each that a running AppHost hands out to its services (asks the aspire command line)",
        HelpName = "PATH",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    public DoctorCommand()
        : base("doctor", "Try an IAM login step by step, over verified TLS, and turn a failure into one cause with its remedy. The token is"
        + " sent only to a server that proves to be the endpoint.")
    {
        _endpoint = new EndpointOptions(this, dials: true);
        Arguments.Add(_connection);
        foreach (var option in (Option[])[_ca, _policy, _timeout, _why, _appHost, _json])
            Options.Add(option);
        Examples =
        [
            "doctor --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app",
            "doctor 'Server=mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com;User ID=orders_app'",
            "# what a running Aspire AppHost hands out:",
            "doctor --apphost",
            "# what an error means:",
            "doctor --why \"ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.1' (using password: NO)\"",
            "# through a tunnel:",
            "doctor --host 127.0.0.1:3307 --sign-for mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app",
        ];
        ExitCodes = ["0  the login works; with --why: the error is known",
            "10-57  it does not: a code for each cause, which docs/cli.md lists; with --why: 1 it is not known"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_why) is { } error)
            return Explain(error == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : error, parsed.GetValue(_json));
        var (ca, policy, timeout) = (parsed.GetValue(_ca), parsed.GetValue(_policy), parsed.GetValue(_timeout));
        if (timeout is < 1 or > 3600)
            throw ToolException.Usage($"--timeout {timeout} is not a number of seconds from 1 to 3600");
        foreach (var (option, file) in (ReadOnlySpan<(string, string?)>)[(_ca.Name, ca), (_policy.Name, policy)])
        {
            if (!string.IsNullOrEmpty(file))
                InputFile.Require(option, file);
        }

        if (parsed.GetResult(_appHost) is not null)
        {
            return Report(await new AppHostExamination(new AspireProgram(parsed.GetValue(_appHost)), ca,
                string.IsNullOrEmpty(policy) ? null : policy, TimeSpan.FromSeconds(timeout)).RunAsync(cancellationToken),
                parsed.GetValue(_json));
        }

        var connection = parsed.GetValue(_connection) is { Length: > 0 } text ? ConnectionText.Read(text) : null;
        var target = _endpoint.Read(parsed, connection);
        // As the service has it: the CA too, unless another is asked for.
        if (string.IsNullOrEmpty(ca) && connection?.CaFile is { } named)
        {
            InputFile.Require("the connection string's CA", named);
            ca = named;
        }

        var examination = new Examination(target, ca, string.IsNullOrEmpty(policy) ? null : policy, TimeSpan.FromSeconds(timeout));
        var diagnosis = await Progress.OfAsync($"looking at {target.Dialled}", examination.RunAsync(cancellationToken));
        if (parsed.GetValue(_json))
            Terminal.WriteJson(diagnosis);
        else
            Write(diagnosis);
        return (int)(diagnosis.Cause ?? 0);
    }

    private static int Report(IReadOnlyList<HandedOutDiagnosis> logins, bool json)
    {
        if (json)
        {
            Terminal.WriteJson(logins);
        }
        else
        {
            foreach (var login in logins)
            {
                Console.Out.WriteLine($"{(login == logins[0] ? "" : "\n")}{ShownText.Of($"{login.Resource}, {login.Connection}")}:");
                if (login.Diagnosis is { } diagnosis)
                    Write(diagnosis);
                else
                    Console.Out.WriteLine($"?    not tried: {ShownText.Of(login.NotTried ?? "")}");
            }
        }

        return (int)(logins.Select(login => login.Diagnosis?.Cause).FirstOrDefault(cause => cause is not null) ?? 0);
    }

    private static int Explain(string error, bool json)
    {
        var why = Why.Explain(error);
        if (json)
        {
            var cause = why is null ? null : JsonNamingPolicy.CamelCase.ConvertName(why.Name);
            Terminal.WriteJson(new { Cause = cause, why?.Meaning, Remedies = why?.Remedies ?? [] });
        }
        else if (why is null)
        {
            Terminal.Say("this error is not known here; try the login itself: rds-iam doctor --host ENDPOINT --user USER");
        }
        else
        {
            Console.Out.WriteLine($"cause: {why.Name}: {why.Meaning}");
            foreach (var remedy in why.Remedies)
                Console.Out.WriteLine($"   do: {remedy}");
        }

        return why is null ? ExitCode.Problem : ExitCode.Success;
    }

    private static void Write(Diagnosis diagnosis)
    {
        foreach (var finding in diagnosis.Findings)
        {
            var state = finding.State switch { FindingState.Ok => "ok", FindingState.Failed => "FAIL", _ => "?" };
            Console.Out.WriteLine($"{state,-4} {finding.Step,-11} {ShownText.Of(finding.Detail)}");
        }

        if (diagnosis.Cause is not { } cause)
            return;
        Console.Out.WriteLine();
        Console.Out.WriteLine($"cause: {cause}: {ShownText.Of(diagnosis.Problem ?? "")}");
        foreach (var remedy in diagnosis.Remedies)
            Console.Out.WriteLine($"   do: {remedy}");
    }
}
