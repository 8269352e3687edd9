using System.CommandLine;
using System.Globalization;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Connect;

/// <summary><c>rds-iam connect</c>: a MySQL client, logged in by IAM.</summary>
internal sealed class ConnectCommand : ToolCommand
{
    private static readonly string[] Known = ["mysql", "mariadb", "mycli"];

    private readonly LoggedInProgram _program;
    private readonly Option<string?> _client = new("--client")
    {
        Description = $"The client: {string.Join(", ", Known)}, or the path of one [default: the first that is there]",
        HelpName = "NAME",
    };

    private readonly Argument<string[]> _arguments = new("ARGUMENTS")
    {
        Description = "What else the client is given, after --",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public ConnectCommand()
        : base("connect", "Open a MySQL client on a database, logged in by IAM. The token stands on no command line and in no file; the"
        + " client"
            + " reconnects for as long as it runs.")
    {
        _program = new LoggedInProgram(this);
        Options.Add(_client);
        Arguments.Add(_arguments);
        Examples =
        [
            "connect mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app -D orders",
            "connect mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app -- -e 'SELECT CURRENT_USER()'",
            "# by a name of rds-iam.json:",
            "connect orders-prod",
            "# to a private endpoint, over Session Manager:",
            "connect mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app --via ssm:tag/Name=bastion",
            "# through a port-forward of your own:",
            "connect 127.0.0.1:3307 --sign-for mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app",
        ];
        ExitCodes = ["the client's own", "125  the login does not work; 127 there is no client"];
        SetAction((parsed, _) => RunAsync(parsed));
    }

    public override bool RunsAProgram => true;

    private Task<int> RunAsync(ParseResult parsed)
    {
        var client = Find(parsed.GetValue(_client));
        var more = parsed.GetValue(_arguments) ?? [];
        return _program.RunAsync(
            parsed,
            database => [.. client, .. ArgumentsOf(client, database), .. more],
            Variables,
            keepsReadOnly: true);
    }

    // The prompt names the endpoint where the file gives it a colour: so that nobody takes one window for another.
    private static Dictionary<string, string> Variables(LoggedInDatabase database)
    {
        var variables = new Dictionary<string, string> { ["MYSQL_PWD"] = database.Password };
        if (database.Named is { Banner: not null } named)
            variables["MYSQL_PS1"] = $@"{named.Name} [\d]{(database.ReadOnly ? " (read-only)" : "")}> ";
        return variables;
    }

    // The tunnel is this machine with itself, so without TLS; what leaves the machine is verified TLS always.
    private static string[] ArgumentsOf(IReadOnlyList<string> client, LoggedInDatabase database)
    {
        var name = Path.GetFileNameWithoutExtension(client[^1]);
        string[] tls = name.Contains("mariadb", StringComparison.Ordinal) ? ["--skip-ssl"]
            : name.Contains("mycli", StringComparison.Ordinal) ? []
            : ["--ssl-mode=DISABLED"];
        return
        [
            "--host", LoggedInDatabase.Host,
            "--port", database.Port.ToString(CultureInfo.InvariantCulture),
            "--user", database.User,
            .. tls,
            .. database.Database is { } schema ? ["--database", schema] : (string[])[],
            // The client says it again at each reconnect.
            .. database.ReadOnly ? ["--init-command", "SET SESSION TRANSACTION READ ONLY"] : (string[])[],
        ];
    }

    private static IReadOnlyList<string> Find(string? wanted)
    {
        if (wanted is { Length: > 0 })
        {
            return OnPath(wanted) is { } named ? [named]
                : throw new ToolException(ExitCode.CommandNotFound, $"--client '{wanted}' was not found"
                + (wanted.Contains('/', StringComparison.Ordinal) ? "" : " on the PATH"));
        }

        if (Known.Select(OnPath).OfType<string>().FirstOrDefault() is { } found)
            return [found];
        return UnpackedMySql.ClientCommand ?? throw new ToolException(ExitCode.CommandNotFound,
            $"there is no MySQL client on the PATH ({string.Join(", ", Known)}); install one (apt install mysql-client), or 'rds-iam server"
                + " prepare', or name it: --client PATH");
    }

    // Debian's 'mysql' is MariaDB's client, which takes other options: the name behind the link counts.
    private static string? OnPath(string name)
    {
        var candidates = name.Contains('/', StringComparison.Ordinal)
            ? [name]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name));
        return candidates.FirstOrDefault(File.Exists) is { } file ? new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName
            ?? file : null;
    }
}
