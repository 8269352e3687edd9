using System.CommandLine;

namespace RdsIamAspire.Cli.Certificates;

/// <summary><c>rds-iam ca</c>: the CA bundle in force.</summary>
internal sealed class CaCommand : Command
{
    public CaCommand()
        : base("ca", "The root certificates that a database's TLS certificate is checked against.")
    {
        Subcommands.Add(new CaShowCommand());
        Subcommands.Add(new CaExportCommand());
        Subcommands.Add(new CaUpdateCommand());
    }
}
