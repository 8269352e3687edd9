using System.CommandLine;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tokens;

/// <summary><c>rds-iam token</c>: one auth token on stdout.</summary>
internal sealed class TokenCommand : ToolCommand
{
    private readonly EndpointOptions _endpoint;
    private readonly Option<bool> _json = new("--json") { Description = "Write the token and what it says about itself as JSON" };

    public TokenCommand()
        : base("token", "Make an auth token: the password for one login within 15 minutes.")
    {
        _endpoint = new EndpointOptions(this, dials: false);
        Options.Add(_json);
        Examples =
        [
            "token --host mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com --user orders_app",
            "# hand it to the mysql client without showing it:",
            "token --host $HOST --user orders_app | { IFS= read -r MYSQL_PWD; export MYSQL_PWD; mysql -h $HOST -u orders_app "
                + "--enable-cleartext-plugin --ssl-mode=VERIFY_IDENTITY --ssl-ca=rds-ca.pem; }",
        ];
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var target = _endpoint.Read(parsed);
        using var source = new RdsAuthTokenSource();
        var token = await Progress.OfAsync("waiting for AWS credentials",
            source.GetTokenAsync(target.TokenRequest, cancellationToken).AsTask());
        if (parsed.GetValue(_json))
        {
            Terminal.WriteJson(new
            {
                Token = token.Value,
                token.Host,
                token.Port,
                token.User,
                token.Region,
                token.AccessKeyId,
                token.IssuedAt,
                token.ExpiresAt,
            });
        }
        else
        {
            Console.Out.WriteLine(token.Value);
        }

        // Before a client that is given the bundle fails with words of its own.
        SayMissingRoot(target.SignFor);
        if (!Console.IsOutputRedirected)
            Terminal.Say(
                $"this is a credential: whoever has it can log in as {token.User} until {Terminal.Utc(token.ExpiresAt)}. Do not paste "
                    + "it anywhere; pipe it instead");
        return ExitCode.Success;
    }

    private static void SayMissingRoot(RdsEndpoint endpoint)
    {
        if (RdsCaBundleStore.NamesRootFor(endpoint))
            return;
        try
        {
            _ = RdsIamAspire.Tunnel.Logins.ServerTrust.For(endpoint, ownFile: null);
        }
        catch (KeyNotFoundException e)
        {
            Terminal.Say(e.Message);
        }
    }
}
