using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Tokens;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary><c>rds-iam tunnel</c>: a local port for clients that cannot do IAM. A shell around <see cref="RdsIamTunnel"/>.</summary>
internal sealed class TunnelCommand : ToolCommand
{
    private const string PasswordVariable = "RDS_IAM_TUNNEL_PASSWORD";

    private readonly EndpointOptions _endpoint;
    private readonly Option<string> _listen = new("--listen")
    {
        Description = "Where clients connect; port 0 takes a free one",
        HelpName = "[ADDRESS:]PORT",
        DefaultValueFactory = _ => "127.0.0.1:0",
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

    public TunnelCommand()
        : base("tunnel", "Let clients that cannot do IAM log in through a local port: any MySQL client, with any password "
            + $"(or that in {PasswordVariable}). The tunnel logs in with a fresh token over verified TLS; the session is the server's own.")
    {
        _endpoint = new EndpointOptions(this, dials: true);
        Options.Add(_listen);
        Options.Add(_ca);
        Options.Add(_drain);
        Examples =
        [
            "tunnel --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app --listen 3307",
            "# then, with any client:",
            "# mysql -h 127.0.0.1 -P 3307 -u orders_app orders",
        ];
        ExitCodes = ["0  ended by Ctrl+C or SIGTERM", "3  the port is taken, or the CA bundle lacks the region"];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var target = _endpoint.Read(parsed);
        var address = ReadAddress(parsed.GetValue(_listen)!);
        var password = Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } given ? given : null;
        if (password is null && !IPAddress.IsLoopback(address.Address))
        {
            throw ToolException.Usage($"--listen {address} is reached by other machines; choose a password for them and export it as "
                + $"{PasswordVariable}, or listen on 127.0.0.1");
        }

        if (parsed.GetValue(_ca) is { Length: > 0 } ca)
            InputFile.Require(_ca.Name, ca);
        if (parsed.GetValue(_drain) is var drain && drain is < 0 or > 3600)
            throw ToolException.Usage($"--drain {drain} is not a number of seconds from 0 to 3600");
        using var tokens = new RdsAuthTokenSource();
        // Whatever keeps a token from being made is said now and not to the first client.
        await tokens.GetTokenAsync(target.TokenRequest, cancellationToken);
        await using var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions
        {
            ConnectionString = ConnectionString(target),
            Region = target.Region,
            SignForHost = target.SignFor.Host,
            SignForPort = target.SignFor.Port,
            Via = target.Via,
            CaCertificatePath = parsed.GetValue(_ca),
            TokenSource = tokens,
            ListenAddress = address.Address,
            ListenPort = address.Port,
            Password = password,
            AnyPassword = password is null,
            WhosePassword = PasswordVariable,
            DrainTimeout = TimeSpan.FromSeconds(drain),
            LoggerFactory = new TerminalLogging(),
        });
        using var signals = new StopSignals(cancellationToken);
        await ServeAsync(tunnel, target, address, password is not null, signals);
        return ExitCode.Success;
    }

    private static async Task ServeAsync(
        RdsIamTunnel tunnel, DatabaseTarget target, IPEndPoint address, bool asksPassword, StopSignals signals)
    {
        try
        {
            var whom = asksPassword
                ? "for clients that know the tunnel's password"
                : "for every program on this machine, with any password";
            Terminal.Say($"{tunnel.EndPoint} leads to {target.Dialled} as '{target.User}', {whom}; Ctrl+C ends it");
        }
        catch (InvalidOperationException e)
        {
            throw ToolException.Missing(e.Message);
        }
        catch (SocketException e)
        {
            throw ToolException.Missing($"{address} cannot be listened on: {e.Message}; choose another port with --listen", e);
        }

        if (await tunnel.FindProblemAsync(signals.First) is { } problem)
        {
            var other = target.SignFor == target.Dialled && !target.Dialled.IsRds
                ? "; where --host is a port-forward, give the endpoint's own name with --sign-for"
                : "";
            Terminal.Say($"a login does not work at present: {problem}{other}; 'rds-iam doctor' with the same options looks for the cause");
        }

        await Task.Delay(Timeout.Infinite, signals.First).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (tunnel.OpenSessions is > 0 and var open)
        {
            var end = open == 1 ? "session ends" : "sessions end";
            Terminal.Say($"no new clients; {open} open {end} when no statement runs; again to cut them");
        }


        if (await tunnel.StopAsync(signals.Second) is > 0 and var cut)
            Terminal.Say($"{cut} running {(cut == 1 ? "statement was" : "statements were")} cut");
    }

    private static string ConnectionString(DatabaseTarget target) => new System.Data.Common.DbConnectionStringBuilder
    {
        ["Server"] = target.Dialled.Host,
        ["Port"] = target.Dialled.Port,
        ["User ID"] = target.User,
    }.ConnectionString;

    private static IPEndPoint ReadAddress(string text)
    {
        var full = text.All(char.IsAsciiDigit) ? $"127.0.0.1:{text}"
            : text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1:{text["localhost:".Length..]}"
            : text;
        return IPEndPoint.TryParse(full, out var address) && full.Contains(':', StringComparison.Ordinal)
            ? address
            : throw ToolException.Usage($"--listen '{text}' is not an address and port; give one like 127.0.0.1:3307");
    }
}
