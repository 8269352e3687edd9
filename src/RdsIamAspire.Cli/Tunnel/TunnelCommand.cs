using System.CommandLine;
using System.Net;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Connect;
using RdsIamAspire.Cli.Endpoints;
using RdsIamAspire.Cli.Tokens;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary><c>rds-iam tunnel</c>: local ports for clients that cannot do IAM. A shell around <see cref="RdsIamTunnel"/>.</summary>
internal sealed class TunnelCommand : ToolCommand
{
    /// <summary>The environment variable with the password that clients of a tunnel have to give.</summary>
    internal const string PasswordVariable = "RDS_IAM_TUNNEL_PASSWORD";

    private readonly EndpointOptions _endpoint;
    private readonly Argument<string[]> _names = new("ENDPOINT")
    {
        Description = "The endpoint, or several: names of rds-iam.json, or HOST[:PORT] in place of --host",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _all = new("--all") { Description = "Each endpoint that rds-iam.json names" };
    private readonly Option<string?> _listen = new("--listen")
    {
        Description = "Where clients connect; port 0 takes a free one [default: the name's own port, else 127.0.0.1:0]",
        HelpName = "[ADDRESS:]PORT",
    };

    private readonly Option<string?> _socket = new("--socket")
    {
        Description = "A Unix domain socket in place of a port, which this user alone can open; a folder gets NAME.sock for each endpoint",
        HelpName = "PATH",
    };

    private readonly Option<bool> _anyPassword = new("--any-password")
    {
        Description = "Takes any password, though this machine has other users, who can then log in too",
    };

    private readonly Option<string?> _ca = new("--ca")
    {
        Description = "A CA bundle of your own, PEM [default: RDS_IAM_CA_BUNDLE, else the bundle in force]",
        HelpName = "FILE",
    };

    private readonly Option<int> _drain = new("--drain")
    {
        Description = "How many seconds running statements may take to end after Ctrl+C or SIGTERM; a second one cuts them",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<string?> _admin = new("--admin")
    {
        Description = "Serves /healthz, /readyz and /metrics (Prometheus) there",
        HelpName = "[ADDRESS:]PORT",
    };

    private readonly Option<bool> _jsonLog = new("--json-log", "--json") { Description = "Writes what it says as JSON, a line each" };
    private readonly Option<bool> _readWrite = new("--read-write")
    {
        Description = "Lets an endpoint be written to that rds-iam.json has as read-only",
    };

    public TunnelCommand()
        : base("tunnel", "Let clients that cannot do IAM log in through a local port or socket: any MySQL client, with any password on a "
            + $"machine of one user, else with one made up (or that in {PasswordVariable}). The tunnel logs in with a fresh token over verified TLS; the session is the server's own.")
    {
        Arguments.Add(_names);
        _names.CompletionSources.Add(EndpointFile.Complete);
        _endpoint = new EndpointOptions(this, dials: true);
        foreach (var option in (Option[])[_all, _listen, _socket, _anyPassword, _ca, _drain, _admin, _jsonLog, _readWrite])
            Options.Add(option);
        Examples =
        [
            "tunnel --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app --listen 3307",
            "# then, with any client:",
            "# mysql -h 127.0.0.1 -P 3307 -u orders_app orders",
            "# to a private endpoint, over Session Manager:",
            "tunnel mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com -u orders_app --via ssm:tag/Name=bastion",
            "# for this user alone: mysql -S ~/.orders.sock -u orders_app",
            "tunnel orders-prod --socket ~/.orders.sock",
            "# all that rds-iam.json names, as a service:",
            "tunnel --all --admin 9100 --json-log",
        ];
        ExitCodes = ["0  ended by Ctrl+C or SIGTERM", "3  the port is taken, or the CA bundle lacks the region"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var targets = Targets(parsed);
        var given = parsed.GetValue(_listen);
        if (given is not null && targets.Count > 1)
        {
            throw ToolException.Usage($"--listen '{given}' is one port for {targets.Count} endpoints; give each its 'listen' in"
                + " rds-iam.json");
        }

        var socket = SocketOption(parsed, targets.Count);
        if (socket is not null && given is not null)
            throw ToolException.Usage($"--listen '{given}' and --socket '{socket}' are given; give one");
        var chosen = Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } variable ? variable : null;
        if (chosen is not null && parsed.GetValue(_anyPassword))
            throw ToolException.Usage($"--any-password is given, and {PasswordVariable} is set; give one");
        if (parsed.GetValue(_drain) is var drain && drain is < 0 or > 3600)
            throw ToolException.Usage($"--drain {drain} is not a number of seconds from 0 to 3600");
        var admin = parsed.GetValue(_admin) is { Length: > 0 } adminText ? ListenAddress.Read(_admin.Name, adminText) : null;
        if (parsed.GetValue(_jsonLog))
            Terminal.SayAsJson();

        // Other people's programs can come to a port, and not to a socket.
        using var made = chosen is null && socket is null && !parsed.GetValue(_anyPassword) && LocalUsers.Other() is not null
            ? MadePassword.Make() : null;
        var password = chosen ?? made?.Password;
        using var tokens = new RdsAuthTokenSource();
        await using var fleet = new TunnelFleet();
        foreach (var target in targets)
        {
            var address = given is not null ? ListenAddress.Read(_listen.Name, given)
                : new IPEndPoint(IPAddress.Loopback, target.Named?.Listen ?? 0);
            if (chosen is null && !IPAddress.IsLoopback(address.Address))
            {
                throw ToolException.Usage($"--listen {address} is reached by other machines; choose a password for them and export it as "
                    + $"{PasswordVariable}, or listen on 127.0.0.1");
            }

            var ca = parsed.GetValue(_ca) is { Length: > 0 } file ? file : target.Named?.Ca;
            if (ca is not null)
                InputFile.Require(_ca.Name, ca);
            if (target.Named?.ReadOnly == true && !parsed.GetValue(_readWrite))
                throw LoggedInProgram.ReadOnlyEndpoint(target.Named);
            // Whatever keeps a token from being made is said now and not to the first client.
            await tokens.GetTokenAsync(target.TokenRequest, cancellationToken);
            fleet.Add(target, new RdsIamTunnelOptions
            {
                ConnectionString = ConnectionString(target),
                Region = target.Region,
                Identity = target.Identity,
                SignForHost = target.SignFor.Host,
                SignForPort = target.SignFor.Port,
                Via = target.Via,
                CaCertificatePath = ca,
                TokenSource = tokens,
                ListenAddress = address.Address,
                ListenPort = address.Port,
                Password = password,
                AnyPassword = password is null,
                SocketFile = socket is null ? null : SocketFile(socket, target),
                WhosePassword = made?.Path ?? PasswordVariable,
                DrainTimeout = TimeSpan.FromSeconds(drain),
                LoggerFactory = new TerminalLogging(),
            });
        }

        using var signals = new StopSignals(cancellationToken);
        await fleet.ServeAsync(admin, made, password is not null, signals);
        return ExitCode.Success;
    }

    private List<DatabaseTarget> Targets(ParseResult parsed)
    {
        List<string> names = [.. parsed.GetValue(_names) ?? []];
        if (parsed.GetValue(_all))
        {
            if (names.Count > 0)
                throw ToolException.Usage($"--all and '{names[0]}' are given; give one");
            names = [.. EndpointFile.Read().All.Select(endpoint => endpoint.Name)];
            if (names.Count == 0)
                throw ToolException.Missing($"no rds-iam.json names an endpoint, here or in '{EndpointFile.OwnPath}'");
        }

        if (names.Count <= 1)
            return [_endpoint.Read(parsed, names.Count == 0 ? null : Named(names[0]))];
        return [.. names.Distinct().Select(name => _endpoint.Read(parsed, Named(name), oneOfSeveral: true))];
    }

    private string? SocketOption(ParseResult parsed, int endpoints)
    {
        if (parsed.GetValue(_socket) is not { Length: > 0 } path)
            return null;
        if (OperatingSystem.IsWindows())
            throw ToolException.Usage($"--socket '{path}': clients on Windows know no Unix domain sockets; give --listen");
        if (endpoints > 1 && !Directory.Exists(path))
            throw ToolException.Usage($"--socket '{path}' is one socket for {endpoints} endpoints; give a folder that is there");
        return path;
    }

    private static string SocketFile(string path, DatabaseTarget target) =>
        Directory.Exists(path) ? Path.Combine(path, $"{target.Named?.Name ?? target.Dialled.Host}.sock") : path;

    private static ConnectionText Named(string text) => text.Contains('=', StringComparison.Ordinal)
        || text.Contains("://", StringComparison.Ordinal) ? ConnectionText.Read(text) : new ConnectionText(text, null, null);

    private static string ConnectionString(DatabaseTarget target) => new System.Data.Common.DbConnectionStringBuilder
    {
        ["Server"] = target.Dialled.Host,
        ["Port"] = target.Dialled.Port,
        ["User ID"] = target.User,
    }.ConnectionString;
}
