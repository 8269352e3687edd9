using System.CommandLine;
using RdsIamAspire.Cli.Aws;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Endpoints;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Cli.Tokens;

/// <summary>The options that say which database a token is for. The long names of <c>aws rds generate-db-auth-token</c> work too.</summary>
internal sealed class EndpointOptions
{
    private readonly Option<string?> _host = new("--host", "--hostname")
    {
        Description = "The database's endpoint: an RDS host name, with or without a port, or a name of rds-iam.json",
        HelpName = "HOST[:PORT]|NAME",
    };

    private readonly Option<int?> _port = new("--port")
    {
        Description = "The port, when the host names none [default: 3306]",
        HelpName = "PORT",
    };

    private readonly Option<string?> _user = new("--user", "--username", "-u")
    {
        Description = "The database user, in the case it was created with",
        HelpName = "USER",
    };

    private readonly Option<string?> _region = new("--region")
    {
        Description = "The database's region [default: from the host name, else AWS_REGION, the profile, instance metadata]",
        HelpName = "REGION",
    };

    private readonly Option<string?> _profile = new("--profile")
    {
        Description = "The profile of ~/.aws/config whose credentials sign, whatever the environment has",
        HelpName = "NAME",
    };

    private readonly Option<string?>? _signFor;
    private readonly Option<string?>? _via;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="dials">Whether the command connects, so that what is dialled and what is signed for may differ.</param>
    /// <param name="hasHost">Whether the host is an option; else the command gives it to <see cref="Read"/>.</param>
    /// <param name="hasUser">Whether the user is an option; else the command gives it to <see cref="Read"/>.</param>
    public EndpointOptions(Command command, bool dials, bool hasHost = true, bool hasUser = true)
    {
        if (hasHost)
        {
            command.Options.Add(_host);
            _host.CompletionSources.Add(EndpointFile.Complete);
            command.Options.Add(_port);
        }

        if (hasUser)
            command.Options.Add(_user);
        command.Options.Add(_region);
        command.Options.Add(_profile);
        if (!dials)
            return;
        _signFor = new Option<string?>("--sign-for")
        {
            Description = "The endpoint's own name and port, when --host is a tunnel, a port-forward or a CNAME",
            HelpName = "HOST[:PORT]",
        };
        command.Options.Add(_signFor);
        _via = new Option<string?>("--via")
        {
            Description = "The way to a private endpoint, kept open meanwhile: ssm:i-…, ssm:tag/Name=bastion, ssm:USER@i-…,ssh,"
                + " ecs:CLUSTER/SERVICE, eice:USER@i-…, ssh:USER@HOST",
            HelpName = "WAY",
        };
        command.Options.Add(_via);
    }

    /// <summary>Signs with the profile of the command line from here on, where it names one.</summary>
    /// <exception cref="ToolException">There is no such profile.</exception>
    public void UseProfile(ParseResult parsed)
    {
        if (parsed.GetValue(_profile) is { Length: > 0 } profile)
            NamedProfile.Use(profile);
    }

    /// <summary>What is dialled, what is signed for, and who logs in.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="connection">A connection string, for what no option gives.</param>
    /// <param name="oneOfSeveral">Whether this process signs for others too, so that a profile is this target's alone.</param>
    /// <exception cref="ToolException">A value is wrong or missing, or two contradict each other.</exception>
    public DatabaseTarget Read(ParseResult parsed, ConnectionText? connection = null, bool oneOfSeveral = false)
    {
        var word = parsed.GetValue(_host) ?? connection?.Host ?? throw NoHost(connection);
        var named = LooksLikeAName(word) ? EndpointFile.Read().Find(word) : null;
        var given = named?.Endpoint ?? word;
        var profile = parsed.GetValue(_profile) is { Length: > 0 } asked ? asked : named?.AwsProfile;
        if (profile is not null && !oneOfSeveral)
            NamedProfile.Use(profile);
        else if (profile is not null)
            NamedProfile.Require(profile);
        var port = parsed.GetValue(_port) ?? (parsed.GetValue(_host) is null ? connection?.Port : null);
        if (port is < 1 or > 65535)
            throw ToolException.Usage($"--port {port} is not a port; give a number from 1 to 65535");
        var dialled = Parse("--host", given, port ?? RdsEndpoint.DefaultPort);
        if (port is { } number && number != dialled.Port)
            throw ToolException.Usage($"--host '{given}' and --port {number} name two ports; give one");
        var user = parsed.GetValue(_user) ?? connection?.User ?? named?.User
            ?? throw ToolException.Usage("--user is missing: give the database user, for example 'orders_app'"
                + (named is null && LooksLikeAName(word) ? $" (no rds-iam.json has a name '{word}')" : ""));
        if (string.IsNullOrWhiteSpace(user))
            throw ToolException.Usage("--user is empty; give the database user, for example 'orders_app'");

        var told = _signFor is not null && parsed.GetValue(_signFor) is { Length: > 0 } other ? other : named?.SignFor;
        var signFor = told is null ? dialled : Parse("--sign-for", told, RdsEndpoint.DefaultPort);
        if (parsed.GetValue(_region) is { Length: > 0 } asks)
            RegionName.Require(asks);
        else if (signFor.Region is null)
            RegionName.RequireVariables();
        return new DatabaseTarget(dialled, signFor, user, parsed.GetValue(_region) is { Length: > 0 } region ? region : named?.Region)
        {
            Via = _via is not null && parsed.GetValue(_via) is { Length: > 0 } via ? CheckedWay(via) : named?.Via,
            Named = named,
            Identity = oneOfSeveral && profile is not null ? new RdsAwsIdentity { Profile = profile } : null,
        };
    }

    private static ToolException NoHost(ConnectionText? connection) => ToolException.Usage(connection is null
        ? "--host is missing: give the database's endpoint, for example mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com"
        : "the connection string names no host; it has one as in 'Server=HOST;Port=3306;User ID=USER'");

    // A host of one label is an endpoint of nothing but this machine or a container network.
    private static bool LooksLikeAName(string word) =>
        word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            && !word.Equals("localhost", StringComparison.OrdinalIgnoreCase);

    private static string CheckedWay(string via)
    {
        try
        {
            return ViaRoute.Parse(via).Text;
        }
        catch (FormatException e)
        {
            throw ToolException.Usage($"--via {e.Message}");
        }
    }

    private static RdsEndpoint Parse(string option, string value, int defaultPort)
    {
        try
        {
            return RdsEndpoint.Parse(value, defaultPort);
        }
        catch (FormatException e)
        {
            throw ToolException.Usage($"{option}: {e.Message}");
        }
    }
}
