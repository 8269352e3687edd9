using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Local;

namespace RdsIamAspire.Cli.Connect;

/// <summary><c>rds-iam exec</c>: runs a program against an endpoint, logged in by IAM.</summary>
internal sealed class ExecCommand : ToolCommand
{
    private readonly LoggedInProgram _program;
    private readonly Option<string> _name = new("--name", "-n")
    {
        Description = "The connection's name: ConnectionStrings__NAME, NAME_HOST, …",
        HelpName = "NAME",
        DefaultValueFactory = _ => "db",
    };

    private readonly Argument<string[]> _command = new("COMMAND")
    {
        Description = "The program and its arguments, after --",
        Arity = ArgumentArity.OneOrMore,
    };

    public ExecCommand()
        : base("exec", "Run a program against a database, logged in by IAM: through a tunnel on this machine, with a password in its"
        + " environment that"
            + " ends with it. So migrations, dumps and tools that know only passwords work, for longer than a token lives.")
    {
        _program = new LoggedInProgram(this);
        Options.Add(_name);
        Arguments.Add(_command);
        Examples =
        [
            "exec orders-test -- npm run migrate",
            "exec mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app -D orders -n orders -- dotnet ef database update",
            "exec mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app -- sh -c 'mysqldump -u orders_app orders > orders.sql'",
        ];
        ExitCodes = ["COMMAND's own, 128 + N when signal N ended it",
            "125  the login does not work; 126 COMMAND could not be started; 127 it was not found"];
        SetAction((parsed, _) => RunAsync(parsed));
    }

    public override bool RunsAProgram => true;

    private Task<int> RunAsync(ParseResult parsed)
    {
        var command = parsed.GetValue(_command)!;
        ChildProgram.RequireFound(command[0]);
        var name = LocalCommand.CheckedName(parsed.GetValue(_name)!);
        return _program.RunAsync(parsed, _ => command, database => database.Variables(name), keepsReadOnly: false);
    }
}
