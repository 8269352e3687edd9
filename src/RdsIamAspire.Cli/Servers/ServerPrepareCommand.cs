using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Servers;

/// <summary><c>rds-iam server prepare</c>: unpacks a real MySQL into the user's cache folder.</summary>
internal sealed class ServerPrepareCommand : ToolCommand
{
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON: the version and the folder" };

    public ServerPrepareCommand()
        : base("prepare", "Unpack a real MySQL server into your cache folder, from Debian's packages, without root and without Docker. Done"
        + " once per machine.")
    {
        Options.Add(_json);
        Examples = ["server prepare"];
        ExitCodes = ["0  it is there", "3  this machine cannot unpack one; the message says why"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var version = await UnpackedMySql.PrepareAsync(new Steps(), cancellationToken);
        if (parsed.GetValue(_json))
            Terminal.WriteJson(new { Version = version.ToString(), UnpackedMySql.Folder });
        else
            Terminal.Say($"MySQL {version} is ready in {UnpackedMySql.Folder}");
        return ExitCode.Success;
    }

    // Progress<T> reports on another thread, after the end as well; the lines of a terminal come in order.
    private sealed class Steps : IProgress<string>
    {
        public void Report(string value) => Terminal.Say(value);
    }
}
