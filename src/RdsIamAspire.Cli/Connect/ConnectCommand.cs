using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Connect;

/// <summary><c>rds-iam connect</c>: a MySQL client, logged in by IAM.</summary>
internal sealed class ConnectCommand : ToolCommand
{
    // Without a word of which, a client for the terminal.
    private static readonly string[] Known = [.. MySqlClient.All.Where(client => !client.IsWindowed).Select(client => client.Name)];

    private readonly LoggedInProgram _program;
    private readonly Option<string?> _client = new("--client")
    {
        Description = $"The client: {string.Join(", ", MySqlClient.All.Select(client => client.Name))}, or the path of one [default: the"
            + " first for a terminal that is there]",
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
        _client.CompletionSources.Add([.. MySqlClient.All.Select(client => client.Name)]);
        Options.Add(_client);
        Arguments.Add(_arguments);
        Examples =
        [
            "connect mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app -D orders",
            "connect mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app -- -e 'SELECT CURRENT_USER()'",
            "# in a window of its own:",
            "connect mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app --client dbeaver",
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

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var program = Find(parsed.GetValue(_client));
        var client = MySqlClient.Of(program[^1]);
        var more = parsed.GetValue(_arguments) ?? [];
        PasswordFile? file = null;
        try
        {
            return await _program.RunAsync(
                parsed,
                database =>
                {
                    file = client.ReadsFile ? PasswordFile.Write(database.Password) : null;
                    return [.. program, .. client.Arguments(database, file?.Path), .. more];
                },
                Variables,
                client.KeepsReadOnly,
                client.IsWindowed,
                () => file?.Path);
        }
        finally
        {
            file?.Dispose();
        }
    }

    // The prompt names the endpoint where the file gives it a colour: so that nobody takes one window for another.
    private static Dictionary<string, string> Variables(LoggedInDatabase database)
    {
        var variables = new Dictionary<string, string> { ["MYSQL_PWD"] = database.Password };
        if (database.Named is { Banner: not null } named)
            variables["MYSQL_PS1"] = $@"{named.Name} [\d]{(database.ReadOnly ? " (read-only)" : "")}> ";
        return variables;
    }

    private static IReadOnlyList<string> Find(string? wanted)
    {
        if (wanted is { Length: > 0 })
        {
            var programs = MySqlClient.All.FirstOrDefault(client => client.Name == wanted)?.Programs ?? [wanted];
            return programs.Select(OnPath).OfType<string>().FirstOrDefault() is { } named ? [named]
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
