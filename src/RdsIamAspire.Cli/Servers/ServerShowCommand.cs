using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Servers;

/// <summary><c>rds-iam server show</c>: one line per server, the one that <c>local</c> would start first.</summary>
internal sealed class ServerShowCommand : ToolCommand
{
    private readonly ServerOptions _server;
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON" };

    public ServerShowCommand()
        : base(
            "show",
            "List the MySQL servers that this machine can start, the one that would be started first; and what is missing for the others.")
    {
        _server = new ServerOptions(this);
        Options.Add(_json);
        Examples = ["server show", "server show --server docker --image mysql:8.4"];
        ExitCodes = ["0  there is one that can be started", "3  there is none"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var candidates = await Progress.OfAsync("looking for MySQL servers",
            LocalMySqlServer.FindAsync(_server.Read(parsed), cancellationToken));
        if (parsed.GetValue(_json))
        {
            Terminal.WriteJson(candidates.Select(c => new { c.Kind, c.Description, c.IsUsable, c.Problem }));
        }
        else
        {
            foreach (var candidate in candidates)
                Console.Out.WriteLine(
                    candidate.IsUsable ? candidate.Description : $"not usable: {candidate.Description}: {candidate.Problem}");
        }

        return candidates.Any(c => c.IsUsable) ? ExitCode.Success : ExitCode.Missing;
    }
}
