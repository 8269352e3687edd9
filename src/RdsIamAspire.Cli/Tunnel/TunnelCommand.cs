using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.IamLogin;
using RdsIamAspire.Cli.Tokens;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary><c>rds-iam tunnel</c>: a local port for clients that cannot do IAM.</summary>
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

    private readonly Option<string?> _ca = new("--ca") { Description = "A CA bundle of your own, PEM [default: RDS_IAM_CA_BUNDLE, else the bundle in force]", HelpName = "FILE" };

    public TunnelCommand()
        : base("tunnel", $"Let clients that cannot do IAM log in through a local port: any MySQL client, with any password (or that in {PasswordVariable}). The tunnel logs in with a fresh token over verified TLS; the session is the server's own.")
    {
        _endpoint = new EndpointOptions(this, dials: true);
        Options.Add(_listen);
        Options.Add(_ca);
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
        var password = new LocalPassword(Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } given ? given : null);
        if (!password.IsRequired && !IPAddress.IsLoopback(address.Address))
            throw ToolException.Usage($"--listen {address} is reached by other machines; choose a password for them and export it as {PasswordVariable}, or listen on 127.0.0.1");

        ServerTrust trust;
        try
        {
            trust = ServerTrust.For(target.SignFor, parsed.GetValue(_ca));
        }
        catch (KeyNotFoundException e)
        {
            throw ToolException.Missing(e.Message);
        }

        using var tokens = new RdsAuthTokenSource();
        // Whatever keeps a token from being made is said now and not to the first client.
        await tokens.GetTokenAsync(target.TokenRequest, cancellationToken);
        try
        {
            await new TunnelListener(target, trust, tokens, password, Terminal.Say).RunAsync(address, at => Terminal.Say(
                $"{at} leads to {target.Dialled} as '{target.User}', {(password.IsRequired ? "for clients that know the tunnel's password" : "for every program on this machine, with any password")}; Ctrl+C ends it"), cancellationToken);
        }
        catch (SocketException e)
        {
            throw ToolException.Missing($"{address} cannot be listened on: {e.Message}; choose another port with --listen", e);
        }

        return ExitCode.Success;
    }

    private static IPEndPoint ReadAddress(string text)
    {
        var full = text.All(char.IsAsciiDigit) ? $"127.0.0.1:{text}" : text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1:{text["localhost:".Length..]}" : text;
        return IPEndPoint.TryParse(full, out var address) && full.Contains(':', StringComparison.Ordinal)
            ? address
            : throw ToolException.Usage($"--listen '{text}' is not an address and port; give one like 127.0.0.1:3307");
    }
}
