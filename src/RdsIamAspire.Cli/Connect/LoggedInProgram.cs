using System.CommandLine;
using System.Globalization;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Endpoints;
using RdsIamAspire.Cli.Local;
using RdsIamAspire.Cli.Tokens;
using RdsIamAspire.Cli.Tunnel;
using RdsIamAspire.Tunnel;
using RdsIamAspire.Tunnel.Endpoints;

namespace RdsIamAspire.Cli.Connect;

/// <summary>
/// Runs a program that finds its way to an endpoint through a tunnel of its own: on a free port of this machine, with a password that lives
/// as long as the
/// program and stands in its environment alone. So whatever knows only passwords logs in with IAM, and again after a quarter of an hour.
/// </summary>
internal sealed class LoggedInProgram
{
    private readonly EndpointOptions _endpoint;
    private readonly Argument<string> _where = new("ENDPOINT")
    {
        Description = "The database's endpoint, HOST[:PORT]; a name of rds-iam.json; or a connection string or mysql:// URI with host"
            + " and user",
    };

    private readonly Option<string?> _database = new("--database", "-D") { Description = "The database", HelpName = "NAME" };
    private readonly Option<string?> _ca = new("--ca")
    {
        Description = "A CA bundle of your own, PEM [default: RDS_IAM_CA_BUNDLE, else the bundle in force]",
        HelpName = "FILE",
    };

    private readonly Option<bool> _readWrite = new("--read-write")
    {
        Description = "Lets an endpoint be written to that rds-iam.json has as read-only",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Writes what rds-iam itself says as JSON, a line each" };

    /// <summary>Adds the options to a command.</summary>
    public LoggedInProgram(Command command)
    {
        command.Arguments.Add(_where);
        _where.CompletionSources.Add(EndpointFile.Complete);
        _endpoint = new EndpointOptions(command, dials: true, hasHost: false);
        command.Options.Add(_database);
        command.Options.Add(_ca);
        command.Options.Add(_readWrite);
        command.Options.Add(_json);
    }

    /// <summary>Logs in once, so that what keeps that from working is said here, and then runs the program.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="command">What is run, once the tunnel listens.</param>
    /// <param name="variables">What it finds in its environment.</param>
    /// <param name="keepsReadOnly">Whether the program begins its sessions read-only where the endpoint is.</param>
    /// <param name="isWindowed">
    /// Whether it has a window of its own, cannot be handed a password unseen, and may go on after its first process has ended.
    /// </param>
    /// <param name="passwordFile">A file that the command line names and that must not outlive this process, once it is made.</param>
    /// <exception cref="ToolException">The login does not work.</exception>
    public async Task<int> RunAsync(
        ParseResult parsed,
        Func<LoggedInDatabase, IReadOnlyList<string>> command,
        Func<LoggedInDatabase, IReadOnlyDictionary<string, string>> variables,
        bool keepsReadOnly,
        bool isWindowed = false,
        Func<string?>? passwordFile = null)
    {
        if (parsed.GetValue(_json))
            Terminal.SayAsJson();
        var where = parsed.GetValue(_where)!;
        var connection = where.Contains('=', StringComparison.Ordinal) || where.Contains("://", StringComparison.Ordinal)
            ? ConnectionText.Read(where)
            : new ConnectionText(where, null, null);
        var target = _endpoint.Read(parsed, connection);
        var ca = parsed.GetValue(_ca) is { Length: > 0 } file ? file : target.Named?.Ca;
        if (ca is not null)
            InputFile.Require(_ca.Name, ca);
        var readOnly = target.Named?.ReadOnly == true && !parsed.GetValue(_readWrite);
        if (readOnly && !keepsReadOnly)
            throw ReadOnlyEndpoint(target.Named!);
        var schema = parsed.GetValue(_database) is { Length: > 0 } given ? given : target.Named?.Database;

        var password = isWindowed && Environment.GetEnvironmentVariable(TunnelCommand.PasswordVariable) is { Length: > 0 } chosen
            ? chosen : null;
        using var signals = new Signals();
        using var tokens = new RdsAuthTokenSource();
        await tokens.GetTokenAsync(target.TokenRequest, signals.Stopped);
        await using var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions
        {
            ConnectionString = ConnectionString(target, schema),
            Region = target.Region,
            SignForHost = target.SignFor.Host,
            SignForPort = target.SignFor.Port,
            Via = target.Via,
            CaCertificatePath = ca,
            TokenSource = tokens,
            Password = password,
            AnyPassword = isWindowed && password is null,
            WhosePassword = TunnelCommand.PasswordVariable,
            LoggerFactory = new TerminalLogging(),
        });
        var opening = OpenAsync(tunnel, target, schema, signals);
        await Progress.WhileAsync(target.Via is null ? $"logging in to {target.Dialled}" : $"opening {target.Via}", opening);
        var database = (await opening) with { ReadOnly = readOnly, Named = target.Named };
        Banner.Show(target.Named, target.User, readOnly);
        var environment = new ChildEnvironment(variables(database)) { IsForLocalServer = false };
        if (isWindowed)
        {
            database = database with { AnyPassword = password is null };
            Terminal.Say(password is null
                ? $"127.0.0.1:{database.Port} leads there as '{database.User}', for every program on this machine, with any password;"
                    + $" export {TunnelCommand.PasswordVariable} to ask for one"
                : $"127.0.0.1:{database.Port} leads there as '{database.User}', with the password of {TunnelCommand.PasswordVariable}");
        }

        var wasUsed = false;
        tunnel.SessionsChanged += (_, _) => wasUsed = true;
        var exitCode = await ChildProgram.RunAsync(command(database), environment, signals, passwordFile?.Invoke());
        if (isWindowed && exitCode == 0 && (!wasUsed || tunnel.OpenSessions > 0) && !signals.Stopped.IsCancellationRequested)
        {
            // It has handed over to a window that was open already, or goes on by itself.
            Terminal.Say("the client goes on in a process of its own; Ctrl+C ends the way to the database");
            await Task.Delay(Timeout.Infinite, signals.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return exitCode;
    }

    /// <summary>What is said where a program could write and must not.</summary>
    public static ToolException ReadOnlyEndpoint(NamedEndpoint named) => ToolException.Usage(
        $"'{named.Name}' is read-only in '{named.File}', and what a program does is not held to that (only 'connect' is): give --read-write"
            + " to go on");

    private static async Task<LoggedInDatabase> OpenAsync(RdsIamTunnel tunnel, DatabaseTarget target, string? database, Signals signals)
    {
        try
        {
            if (await tunnel.FindProblemAsync(signals.Stopped) is { } problem)
            {
                throw new ToolException(ExitCode.Problem,
                    $"'{target.User}' cannot log in to {target.Dialled}: {problem}; 'rds-iam doctor' with the same options looks for the"
                        + " cause");
            }

            return new(tunnel.EndPoint.Port, tunnel.User, tunnel.Password, database, tunnel.ConnectionString);
        }
        catch (InvalidOperationException e)
        {
            throw ToolException.Missing(e.Message);
        }
    }

    private static string ConnectionString(DatabaseTarget target, string? database)
    {
        var builder = new System.Data.Common.DbConnectionStringBuilder
        {
            ["Server"] = target.Dialled.Host,
            ["Port"] = target.Dialled.Port,
            ["User ID"] = target.User,
        };
        if (!string.IsNullOrEmpty(database))
            builder["Database"] = database;
        return builder.ConnectionString;
    }
}

/// <summary>A database that a password opens on this machine, as long as the tunnel to it runs.</summary>
internal sealed record LoggedInDatabase(int Port, string User, string Password, string? Database, string ConnectionString)
{
    public const string Host = "127.0.0.1";

    /// <summary>Whether the tunnel asks for no password in particular.</summary>
    public bool AnyPassword { get; init; }

    /// <summary>Whether sessions are to begin read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>What the file of endpoints has; null for a host.</summary>
    public NamedEndpoint? Named { get; init; }

    /// <summary>
    /// What <c>mysql</c>, <c>mysqldump</c> and their like read, and the variables of <c>rds-iam local</c> and of an AppHost's reference.
    /// </summary>
    /// <param name="name">The connection's name.</param>
    public IReadOnlyDictionary<string, string> Variables(string name)
    {
        var prefix = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));
        var port = Port.ToString(CultureInfo.InvariantCulture);
        var path = Uri.EscapeDataString(Database ?? "");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MYSQL_HOST"] = Host,
            ["MYSQL_TCP_PORT"] = port,
            ["MYSQL_PWD"] = Password,
            [$"ConnectionStrings__{name}"] = ConnectionString,
            [$"{prefix}_HOST"] = Host,
            [$"{prefix}_PORT"] = port,
            [$"{prefix}_USERNAME"] = User,
            [$"{prefix}_PASSWORD"] = Password,
            [$"{prefix}_URI"] = $"mysql://{Uri.EscapeDataString(User)}:{Password}@{Host}:{port}/{path}",
            [$"{prefix}_JDBCCONNECTIONSTRING"] = $"jdbc:mysql://{Host}:{port}/{path}?sslMode=DISABLED",
        };
        if (Database is not null)
            variables[$"{prefix}_DATABASENAME"] = Database;
        return variables;
    }

    /// <summary>No password.</summary>
    public override string ToString() => $"{User}@{Host}:{Port}";
}
