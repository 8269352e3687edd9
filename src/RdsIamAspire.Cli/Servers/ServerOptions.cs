using System.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Servers;

/// <summary>The options that choose a server.</summary>
internal sealed class ServerOptions
{
    private readonly Option<LocalMySqlServerKind> _kind = new("--server")
    {
        Description = "docker, mysqld or auto (RDS_IAM_SERVER, else an image that is here, else a mysqld, else an image that is pulled)",
        HelpName = "docker|mysqld|auto",
        CustomParser = result => result.Tokens[0].Value.ToUpperInvariant() switch
        {
            "DOCKER" => LocalMySqlServerKind.Docker,
            "MYSQLD" => LocalMySqlServerKind.Mysqld,
            "AUTO" => LocalMySqlServerKind.Auto,
            _ => Wrong(result),
        },
    };

    private readonly Option<string?> _image =
        new("--image") { Description = "The Docker image: any MySQL 8.0 or later", HelpName = "IMAGE" };
    private readonly Option<string?> _mysqld =
        new("--mysqld") { Description = "The mysqld binary: any MySQL 8.0 or later", HelpName = "PATH" };

    public ServerOptions(Command command)
    {
        command.Options.Add(_kind);
        command.Options.Add(_image);
        command.Options.Add(_mysqld);
    }

    public LocalMySqlServerOptions Read(ParseResult parsed) => new()
    {
        Kind = parsed.GetValue(_kind),
        Image = parsed.GetValue(_image),
        MysqldPath = parsed.GetValue(_mysqld),
    };

    private static LocalMySqlServerKind Wrong(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError($"--server '{result.Tokens[0].Value}' is not a kind of server; it may be docker, mysqld or auto");
        return default;
    }
}
