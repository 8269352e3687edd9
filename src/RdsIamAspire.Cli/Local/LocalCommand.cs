using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Servers;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Local;

/// <summary><c>rds-iam local</c>: runs a program against a real MySQL that checks IAM tokens as RDS does.</summary>
internal sealed partial class LocalCommand : ToolCommand
{
    /// <summary>
    /// The environment variable with the master user's password: one that the user chose and that stands on no command line.
    /// </summary>
    private const string MasterPasswordVariable = "RDS_IAM_MASTER_PASSWORD";

    private readonly Option<string> _name = new("--name", "-n")
    {
        Description = "The connection's name: ConnectionStrings__NAME, NAME_HOST, …",
        HelpName = "NAME",
        DefaultValueFactory = _ => "db",
    };

    private readonly Option<string?> _database = new("--database", "-d")
    {
        Description = "The database to create [default: the name]",
        HelpName = "NAME",
    };
    private readonly Option<string[]> _users = new("--user", "-u")
    {
        Description = "A database user to create that logs in with tokens; repeat it for more, the first one is exported [default: app]",
        HelpName = "USER",
    };

    private readonly Option<string[]> _grants = new("--grant")
    {
        Description = "The users' privileges on the database, separated by commas [default: ALL]",
        HelpName = "PRIVILEGES",
    };
    private readonly Option<string[]> _init = new("--init")
    {
        Description = "A SQL file (.sql, .sql.gz), or a folder of them, to run as root in the database before COMMAND starts; repeat it"
            + " for more",
        HelpName = "FILE",
    };
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Keep the data: a Docker volume, or a folder for a mysqld [default: gone with the server]",
        HelpName = "NAME",
    };
    private readonly Option<string> _region = new("--region")
    {
        Description = "The region that tokens must be signed for",
        HelpName = "REGION",
        DefaultValueFactory = _ => "us-east-1",
    };
    private readonly Option<string?> _account = new("--account")
    {
        Description = "The AWS account in policies [default: 123456789012]",
        HelpName = "ID",
    };
    private readonly Option<string?> _resource = new("--resource-id")
    {
        Description = "The db-…, cluster-… or prx-… id in policies",
        HelpName = "ID",
    };
    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "The IAM policy of whoever signs [default: may log in as every user]",
        HelpName = "FILE",
    };
    private readonly Option<int?> _port = new("--port", "-p")
    {
        Description = "The port on this machine [default: a free one]",
        HelpName = "PORT",
    };
    private readonly Option<string[]> _endpoints = new("--endpoint")
    {
        Description = "One more name (and port) that the server is reached by: put into its certificate, accepted in tokens",
        HelpName = "HOST[:PORT]",
    };

    private readonly Option<string?> _master = new("--master")
    {
        Description = $"Create a master user too, as an RDS instance has one; its password is in {MasterPasswordVariable}",
        HelpName = "USER",
    };
    private readonly Option<ExportFormat> _format = new("--format")
    {
        Description = "Without COMMAND: how the variables are written",
        HelpName = "bash|powershell|env|json",
    };
    private readonly Option<bool> _json = new("--json")
    {
        Description = "Without COMMAND as --format json; with it, what rds-iam itself says as JSON, a line each",
    };
    private readonly Option<string[]> _faults = new("--fault")
    {
        Description = "What goes wrong on purpose, from the first login on; repeat it for more",
        HelpName = FaultOption.Names,
    };

    private readonly Option<bool> _reader = new("--reader")
    {
        Description = "A local Aurora: a writer and a reader, exported as NAME and NAME-ro; 'rds-iam failover' changes the roles",
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Say each step and each login on stderr" };
    private readonly Argument<string[]> _command = new("COMMAND")
    {
        Description = "The program and its arguments, after --",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly ServerOptions _server;

    public LocalCommand()
        : base("local", "Run a program against a local RDS: a real MySQL server that checks IAM auth tokens as RDS does. Server and data"
        + " are gone when the program ends.")
    {
        foreach (var option in (Option[])[_name, _database, _users, _grants, _init, _data, _region, _account, _resource, _policy, _port,
            _endpoints, _master])
            Options.Add(option);
        _server = new ServerOptions(this);
        Options.Add(_reader);
        Options.Add(_format);
        Options.Add(_json);
        Options.Add(_faults);
        Options.Add(_verbose);
        Arguments.Add(_command);
        Examples =
        [
            "local --name orders --user orders_app -- dotnet run",
            "local --name orders --init schema.sql -- npm test",
            "# for this shell; 'kill $RDS_IAM_LOCAL_PID' ends it:",
            "# eval \"$(rds-iam local --name orders &)\"",
            "local --name orders --fault clock-skew=1200 -- ./my-program",
            "local --database orders --grant SELECT,INSERT --policy policy.json -- ./my-program",
            "local --name orders --reader -- dotnet run",
        ];
        ExitCodes =
        [
            "COMMAND's own, 128 + N when signal N ended it",
            "0    without COMMAND: ended by Ctrl+C or SIGTERM after it was ready",
            "125  the server could not be started, or is gone for good; 126 COMMAND could not be started; 127 COMMAND was not found",
        ];
        SetAction((parsed, _) => RunAsync(parsed));
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var command = parsed.GetValue(_command) ?? [];
        if (command.Length > 0)
            ChildProgram.RequireFound(command[0]);
        if (command.Length > 0 && parsed.GetValue(_json))
            Terminal.SayAsJson();
        var users = parsed.GetValue(_users) is { Length: > 0 } given ? given : ["app"];
        var name = CheckedName(parsed.GetValue(_name)!);
        var database = parsed.GetValue(_database) is { Length: > 0 } named ? named : name;
        var verbose = parsed.GetValue(_verbose);
        var faults = (parsed.GetValue(_faults) ?? []).Select(FaultOption.Read).ToList();

        using var signals = new Signals();
        using var gone = new CancellationTokenSource();
        using var logging = verbose
            ? LoggerFactory.Create(logger => logger.AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.ColorBehavior = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
                        ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
                })
                .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Information))
            : NullLoggerFactory.Instance;
        var options = await ReadAsync(parsed, users, database, logging);
        LocalCluster rds;
        try
        {
            rds = await SayWhileItTakesAsync(LocalCluster.StartAsync(options, parsed.GetValue(_reader), signals.Stopped));
        }
        catch (OperationCanceledException) when (signals.ExitCode is { } code)
        {
            return code;
        }

        await using (rds)
        {
            faults.ForEach(set => set(rds.Emulator.Faults));
            var refused = new RefusedLogins(RefusedFile(rds));
            rds.Emulator.LoginJudged += (_, attempt) =>
            {
                if (!attempt.Allowed)
                    refused.Add(attempt);
                Report(attempt, verbose);
            };
            rds.OnStateChanged(change =>
            {
                Terminal.Say(change.Message);
                if (change.State == LocalMySqlServerState.Ended)
                    gone.Cancel();
            });
            var environment = Describe(rds, name, users[0], database);
            if (command.Length > 0)
                return await ChildProgram.RunAsync(command, environment, signals, serverGone: gone.Token);

            var format = parsed.GetValue(_json) ? ExportFormat.Json : parsed.GetValue(_format);
            Console.Out.Write(environment.Format(format));
            if (format == ExportFormat.Bash && environment.NotForShells is { Count: > 0 } left)
                Terminal.Say($"no shell takes {string.Join(", ", left)}; --name without '-' gives names that it takes, or run COMMAND under"
                    + " this one");
            StandardOutput.Finish();
            Terminal.Say($"{rds.Where}; Ctrl+C or 'kill {Environment.ProcessId}' ends it");
            using var end = CancellationTokenSource.CreateLinkedTokenSource(signals.Stopped, gone.Token);
            await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return gone.IsCancellationRequested ? CommandLine.ExitCode.LocalFailed : CommandLine.ExitCode.Success;
        }
    }

    public override bool RunsAProgram => true;

    /// <summary>A connection's name that environment variables can be named after.</summary>
    /// <exception cref="ToolException">It is none.</exception>
    internal static string CheckedName(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? name
            : throw ToolException.Usage($"--name '{name}' is no connection name; it begins with a letter and goes on with letters, digits,"
            + " '-' and '_'");

    // A first start pulls an image or makes a data directory; nobody should wonder whether anything happens.
    private static async Task<LocalCluster> SayWhileItTakesAsync(Task<LocalCluster> start)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var wait = TimeSpan.FromSeconds(2); await Task.WhenAny(start, Task.Delay(wait)) != start; wait = TimeSpan.FromSeconds(15))
        {
            Terminal.Say(clock.Elapsed < TimeSpan.FromSeconds(10)
                ? "starting a MySQL server; the first start on a machine takes longer (an image is pulled, or a data directory made)"
                : string.Create(CultureInfo.InvariantCulture,
                $"still starting, for {clock.Elapsed.TotalSeconds:0} s; --verbose shows each step"));
        }

        return await start;
    }

    private static string RefusedFile(LocalCluster rds) =>
        Path.Combine(Path.GetDirectoryName(rds.CaCertificatePath)!, "refused-logins.json");

    private static ChildEnvironment Describe(LocalCluster rds, string name, string user, string database)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in rds.GetEnvironment(name, user, database))
            variables[key] = value;
        // rds-iam itself, run by the child, checks against the local CA too.
        variables[RdsCaBundleStore.EnvironmentVariable] = rds.CaCertificatePath;
        variables[RefusedLogins.Variable] = RefusedFile(rds);
        variables[FailoverCommand.ProcessVariable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return new ChildEnvironment(variables);
    }

    private static void Report(LoginAttempt attempt, bool verbose)
    {
        if (!attempt.Allowed)
            Terminal.Say($"login refused: user '{attempt.User}' from {attempt.ClientHost}: {attempt.Explanation}"
                + $" [{attempt.Denial}{(attempt.ErrorCode is { Length: > 0 } code ? $", RDS logs {code}" : "")}]");
        else if (verbose)
            Terminal.Say($"login: {attempt.Explanation}");
    }
}
