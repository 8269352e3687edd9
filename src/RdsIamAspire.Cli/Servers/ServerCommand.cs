using System.CommandLine;

namespace RdsIamAspire.Cli.Servers;

/// <summary><c>rds-iam server</c>: which MySQL server <c>local</c> would start on this machine.</summary>
internal sealed class ServerCommand : Command
{
    public ServerCommand()
        : base("server", "The MySQL servers that this machine can start.")
    {
        Subcommands.Add(new ServerShowCommand());
        Subcommands.Add(new ServerPrepareCommand());
    }
}
