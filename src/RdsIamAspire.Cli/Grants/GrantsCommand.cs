using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Grants;

/// <summary><c>rds-iam grants</c>: the SQL that a database administrator runs once.</summary>
internal sealed class GrantsCommand : ToolCommand
{
    private readonly Option<string> _user = new("--user", "-u")
    {
        Description = "The database user to create; tokens name it in this case",
        HelpName = "USER",
        Required = true,
    };
    private readonly Option<string[]> _databases = new("--database", "-d")
    {
        Description = "A database that the user may use; repeat it for more",
        HelpName = "NAME",
    };
    private readonly Option<string[]> _grants = new("--grant")
    {
        Description = "Privileges on the databases, separated by commas [default: SELECT,INSERT,UPDATE,DELETE,EXECUTE]",
        HelpName = "PRIVILEGES",
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "From which hosts the user may log in",
        HelpName = "PATTERN",
        DefaultValueFactory = _ => "%",
    };
    private readonly Option<bool> _ifNotExists = new("--if-not-exists")
    {
        Description = "A user that is there already keeps the way it logs in",
    };
    private readonly Option<bool> _alter = new("--alter")
    {
        Description = "A user that is there already, with a password, logs in with tokens from then on; the script looks before and after,"
            + " and spares administrators",
    };

    private readonly GrantApplication _application;
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON: the script as a text" };

    public GrantsCommand()
        : base("grants", "Write the SQL that creates a database user who logs in with IAM tokens, over TLS only, with privileges on"
        + " databases.")
    {
        foreach (var option in (Option[])[_user, _databases, _grants, _from, _ifNotExists, _alter, _json])
            Options.Add(option);
        _application = new GrantApplication(this);
        Examples =
        [
            "grants --user orders_app --database orders",
            "# compare with the server and make it so, as the master user:",
            "grants --user orders_app --database orders --apply --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --master admin",
            "grants --user orders_app --alter | mysql -h $HOST -u admin -p",
            "grants --user report --database orders --database stock --grant SELECT,\"SHOW VIEW\" | mysql -h $HOST -u admin -p",
        ];
        ExitCodes = ["0  written; with --apply: done, or nothing to change",
            "1  with --apply: something is missing and was not made, or the account may not be altered"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var databases = parsed.GetValue(_databases) ?? [];
        var privileges = SplitPrivileges(parsed.GetValue(_grants));
        if (privileges.Count > 0 && databases.Length == 0)
            throw ToolException.Usage("--grant needs a --database that the privileges are for");
        var request = new RdsGrantRequest(parsed.GetValue(_user)!)
        {
            Databases = databases,
            Privileges = privileges,
            Host = parsed.GetValue(_from)!,
            IfNotExists = parsed.GetValue(_ifNotExists),
            AlterExisting = parsed.GetValue(_alter),
        };
        if (_application.IsWanted(parsed))
            return await _application.RunAsync(parsed, request, parsed.GetValue(_json), cancellationToken);
        if (parsed.GetValue(_json))
            Terminal.WriteJson(new { Script = RdsGrantScript.Create(request) });
        else
            Console.Out.Write(RdsGrantScript.Create(request));
        return ExitCode.Success;
    }

    /// <summary>Privileges from any number of comma-separated options.</summary>
    internal static IReadOnlyList<string> SplitPrivileges(string[]? given) =>
        [.. (given ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
