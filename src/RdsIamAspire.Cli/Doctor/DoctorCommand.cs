using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Doctor;

/// <summary><c>rds-iam doctor</c>: why an IAM login does not work.</summary>
internal sealed class DoctorCommand : ToolCommand
{
    private readonly EndpointOptions _endpoint;
    private readonly Option<string?> _ca = new("--ca") { Description = "A CA bundle of your own, PEM [default: RDS_IAM_CA_BUNDLE, else the bundle in force]", HelpName = "FILE" };
    private readonly Option<string?> _policy = new("--policy") { Description = "The policy of whoever signs, to be judged too", HelpName = "FILE" };
    private readonly Option<int> _timeout = new("--timeout") { Description = "How many seconds the server may take", HelpName = "SECONDS", DefaultValueFactory = _ => 10 };
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    public DoctorCommand()
        : base("doctor", "Try an IAM login step by step, over verified TLS, and turn a failure into one cause with its remedy. The token is sent only to a server that proves to be the endpoint.")
    {
        _endpoint = new EndpointOptions(this, dials: true);
        foreach (var option in (Option[])[_ca, _policy, _timeout, _json])
            Options.Add(option);
        Examples =
        [
            "doctor --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app",
            "# through a tunnel:",
            "doctor --host 127.0.0.1:3307 --sign-for mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app",
        ];
        ExitCodes = ["0  the login works", "1  it does not; the cause is said"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var target = _endpoint.Read(parsed);
        var (ca, policy, timeout) = (parsed.GetValue(_ca), parsed.GetValue(_policy), parsed.GetValue(_timeout));
        if (timeout is < 1 or > 3600)
            throw ToolException.Usage($"--timeout {timeout} is not a number of seconds from 1 to 3600");
        foreach (var file in (string?[])[ca, policy])
        {
            if (!string.IsNullOrEmpty(file) && !File.Exists(file))
                throw ToolException.Usage($"'{file}' does not exist");
        }

        var diagnosis = await new Examination(target, ca, string.IsNullOrEmpty(policy) ? null : policy, TimeSpan.FromSeconds(timeout)).RunAsync(cancellationToken);
        if (parsed.GetValue(_json))
            Terminal.WriteJson(diagnosis);
        else
            Write(diagnosis);
        return diagnosis.Cause is null ? ExitCode.Success : ExitCode.Problem;
    }

    private static void Write(Diagnosis diagnosis)
    {
        foreach (var finding in diagnosis.Findings)
            Console.Out.WriteLine($"{finding.State switch { FindingState.Ok => "ok", FindingState.Failed => "FAIL", _ => "?" },-4} {finding.Step,-11} {finding.Detail}");
        if (diagnosis.Cause is not { } cause)
            return;
        Console.Out.WriteLine();
        Console.Out.WriteLine($"cause: {cause}: {diagnosis.Problem}");
        foreach (var remedy in diagnosis.Remedies)
            Console.Out.WriteLine($"   do: {remedy}");
    }
}
