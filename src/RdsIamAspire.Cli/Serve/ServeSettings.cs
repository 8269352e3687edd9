using System.CommandLine;
using System.Globalization;
using System.Net;
using RdsIamAspire.Cli.CommandLine;
using RdsIamAspire.Cli.Grants;
using RdsIamAspire.Cli.Local;
using RdsIamAspire.Cli.Servers;
using RdsIamAspire.Cli.Tunnel;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Serve;

/// <summary>The settings of <c>rds-iam serve</c>, each an option and an environment variable.</summary>
internal sealed class ServeSettings
{
    /// <summary>MySQL's own port, which clients dial inside a container network.</summary>
    private const int DefaultPort = 3306;

    /// <summary>Where the HTTP endpoint is unless told otherwise; the health check looks there too.</summary>
    private const string DefaultHttp = "127.0.0.1:8306";

    private const string MasterPasswordVariable = "RDS_IAM_MASTER_PASSWORD";
    private const string HttpTokenVariable = "RDS_IAM_HTTP_TOKEN";

    private readonly Setting _users = new("--user", "RDS_IAM_USERS", "USER", "A user that logs in with tokens [app]", isList: true);
    private readonly Setting _databases = new("--database", "RDS_IAM_DATABASES", "NAME", "A database to create [db]", isList: true);
    private readonly Setting _grants = new("--grant", "RDS_IAM_GRANTS", "PRIVILEGES", "The users' privileges there [ALL]", isList: true);
    private readonly Setting _init = new("--init", "RDS_IAM_INIT", "FILE", "SQL, or a folder of it, to run first", isList: true);
    private readonly Setting _data = new("--data", "RDS_IAM_DATA", "NAME", "A folder (for --server docker a volume) that keeps the data;"
        + " none: throw-away data, faster [none]");
    private readonly Setting _region = new("--region", "RDS_IAM_REGION", "REGION", "The region to sign for [us-east-1]");
    private readonly Setting _account = new("--account", "RDS_IAM_ACCOUNT", "ID", "The AWS account in policies");
    private readonly Setting _resource = new("--resource-id", "RDS_IAM_RESOURCE_ID", "ID", "The db-…, cluster-… or prx-… id in policies");
    private readonly Setting _policy = new("--policy", "RDS_IAM_POLICY", "FILE", "The IAM policy of whoever signs [as every user]");
    private readonly Setting _endpoints = new("--endpoint", "RDS_IAM_ENDPOINTS", "HOST[:PORT]", "One more name that clients dial, for the"
        + " certificate and in tokens; HOST:* takes any port", isList: true);
    private readonly Setting _master = new("--master", "RDS_IAM_MASTER_USER", "USER", "A master user as on RDS, with the password in"
        + $" {MasterPasswordVariable} or the file in {MasterPasswordVariable}_FILE");
    private readonly Setting _faults = new("--fault", "RDS_IAM_FAULTS", FaultOption.Names, "What goes wrong on purpose", isList: true);
    private readonly Setting _listen = new("--listen", "RDS_IAM_LISTEN", "[ADDRESS:]PORT", "Where clients connect [127.0.0.1:3306];"
        + " 0.0.0.0: other machines and containers too");
    private readonly Setting _http = new("--http", "RDS_IAM_HTTP", "[ADDRESS:]PORT", "Where CA, credentials and health are"
        + $" [{DefaultHttp}]; off: health only, on loopback");
    private readonly Setting _share = new("--share", "RDS_IAM_SHARE", "FOLDER", "Where CA and credentials are written too, for clients to"
        + " mount");
    private readonly Setting _drain = new("--drain", "RDS_IAM_DRAIN", "SECONDS", "How long running statements and transactions may take to"
        + " end after SIGTERM [5]");
    private readonly Setting _log = new("--log", "RDS_IAM_LOG", "text|json", "How lines are written [text]");
    private readonly Setting _verbose = new("--log-logins", "RDS_IAM_LOG_LOGINS", "all|refused", "Which logins are written [refused]");
    private readonly ServerOptions _server;

    public ServeSettings(Command command)
    {
        foreach (var setting in All)
            command.Options.Add(setting.Option);
        _server = new ServerOptions(command);
    }

    private IReadOnlyList<Setting> All =>
    [
        _users, _databases, _grants, _init, _data, _region, _account, _resource, _policy, _endpoints, _master, _faults, _listen, _http,
        _share, _drain, _log, _verbose,
    ];

    /// <summary>Where the health check looks; it reads nothing else, so that it says what is wrong with the server and not more.</summary>
    public IPEndPoint ReadHttp(ParseResult parsed) => ReadHttp(_http.Read(parsed)).Address;

    /// <summary>Whether lines are JSON. First of all: the mistakes in the others are written so.</summary>
    public bool ReadsJson(ParseResult parsed) => _log.Read(parsed) is { } given && given.Value.ToUpperInvariant() switch
    {
        "TEXT" => false,
        "JSON" => true,
        _ => throw given.Wrong("is neither text nor json"),
    };

    /// <summary>Everything, checked.</summary>
    /// <exception cref="ToolException">One is wrong; the message names it and its value.</exception>
    public async Task<ServePlan> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        RefuseMisspelt();
        var listenGiven = _listen.Read(parsed);
        var listen = listenGiven?.As(text => ListenAddress.Read(listenGiven.Source, text))
            ?? new IPEndPoint(IPAddress.Loopback, DefaultPort);
        if (listen.Port == 0)
            throw listenGiven!.Wrong("leaves the port open; clients sign for it: choose one");
        var (http, servesHttp) = ReadHttp(_http.Read(parsed));
        var endpoints = _endpoints.ReadAll(parsed).Select(given => DialledNames.Read(given, listen.Port)).ToList();
        var data = _data.Read(parsed) is { } dataGiven && !dataGiven.Value.Equals("none", StringComparison.OrdinalIgnoreCase)
            ? dataGiven : null;
        var isolated = IPAddress.IsLoopback(listen.Address);
        var reached = isolated ? [] : DialledNames.OfThisMachine(listen);

        var emulator = await ReadEmulatorAsync(parsed, cancellationToken);
        // A name that is given with a port is judged by that port alone.
        var loopback = DialledNames.OfLoopback(isolated, listen.Port).Where(known => !endpoints.Exists(given =>
            given.Host.Equals(known.Host, StringComparison.OrdinalIgnoreCase)));
        foreach (var endpoint in (EmulatorEndpoint[])[.. loopback, .. endpoints, .. reached])
            emulator.Endpoints.Add(endpoint);

        var server = _server.Read(parsed) with
        {
            Port = listen.Port,
            ListenOnAllAddresses = !isolated,
            InitScripts = ReadScripts(parsed),
            DataVolume = data?.Value,
            Names = [.. endpoints.Concat(reached).Select(endpoint => endpoint.Host)
                .Concat(isolated ? [] : (string[])["host.docker.internal"]).Distinct(StringComparer.OrdinalIgnoreCase)],
        };
        // A container is published on all addresses or on loopback; a mysqld takes any, and loopback for rds-iam itself.
        if (!isolated && !listen.Address.Equals(IPAddress.Any) && !listen.Address.Equals(IPAddress.IPv6Any))
        {
            if (server.Kind == LocalMySqlServerKind.Docker || server.Image is not null)
                throw listenGiven!.Wrong("is one address, which a container cannot be given; listen on 0.0.0.0 or 127.0.0.1");
            server = server with
            {
                Kind = LocalMySqlServerKind.Mysqld,
                ServerArguments = [$"--bind-address=127.0.0.1,{listen.Address}"],
            };
        }

        var options = new LocalRdsOptions { Server = server, Emulator = emulator, MasterUser = ReadMaster(parsed) };
        ReadUsers(parsed, options);
        if (data is not null)
            RequireFolder(data, server.Kind);
        // A container with a read-only root: the server's own files have to go somewhere.
        RequireFolder(new Given("The cache folder (XDG_CACHE_HOME)", CacheFolder.Path), LocalMySqlServerKind.Mysqld);
        var share = _share.Read(parsed);
        if (share is not null)
            RequireFolder(share, LocalMySqlServerKind.Mysqld);
        return new ServePlan(options, listen, http)
        {
            ServesHttp = servesHttp,
            HttpToken = Secret(HttpTokenVariable),
            DataFolder = data?.Value,
            Share = share?.Value,
            Drain = ReadDrain(parsed),
            SaysAllLogins = _verbose.Read(parsed) is { } logins && logins.Value.ToUpperInvariant() switch
            {
                "ALL" => true,
                "REFUSED" => false,
                _ => throw logins.Wrong("is neither all nor refused"),
            },
            Faults = [.. _faults.ReadAll(parsed).Select(fault => fault.As(FaultOption.Read))],
        };
    }

    private async Task<RdsIamEmulatorOptions> ReadEmulatorAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var emulator = new RdsIamEmulatorOptions();
        foreach (var one in (Given?[])[_region.Read(parsed), _account.Read(parsed), _resource.Read(parsed)])
            if (one is { Value: "*" }) throw one.Wrong("is a pattern for policies; a database has one");
        // Each by itself, so that the one that is wrong is named.
        emulator.Region = _region.Read(parsed)?.As(region =>
            new RdsDbUserArn(region, emulator.AccountId, emulator.ResourceId, "app").Region) ?? emulator.Region;
        emulator.AccountId = _account.Read(parsed)?.As(account =>
            new RdsDbUserArn(emulator.Region, account, emulator.ResourceId, "app").AccountId) ?? emulator.AccountId;
        emulator.ResourceId = _resource.Read(parsed)?.As(resource =>
            new RdsDbUserArn(emulator.Region, emulator.AccountId, resource, "app").ResourceId) ?? emulator.ResourceId;
        if (_policy.Read(parsed) is { } policy)
        {
            var document = await InputFile.ReadAsync(policy.Source, policy.Value, cancellationToken);
            var partition = AwsPartition.FromRegion(emulator.Region).Name;
            var principal = EmulatorPrincipal.Create(
                $"arn:{partition}:sts::{emulator.AccountId}:assumed-role/rds-iam-local/local", document, temporary: true);
            // Judged now and not when the server is up.
            _ = policy.As(_ => IamPolicyDocument.Parse(document));
            emulator.Principals.Add(principal);
        }

        return emulator;
    }

    private void ReadUsers(ParseResult parsed, LocalRdsOptions options)
    {
        var databases = _databases.ReadAll(parsed);
        var grants = _grants.ReadAll(parsed);
        options.Database = databases.Count > 0 ? databases[0].Value : "db";
        if (grants.Count > 0)
        {
            options.Privileges = GrantsCommand.SplitPrivileges([.. grants.Select(grant => grant.Value)]);
            foreach (var grant in grants)
                _ = grant.As(text => RdsGrantScript.Create("app", "db", GrantsCommand.SplitPrivileges([text])));
        }

        foreach (var database in databases)
            _ = database.As(name => RdsGrantScript.Create("app", name, ["SELECT"]));
        foreach (var more in databases.Skip(1))
            options.MoreDatabases.Add(more.Value);
        foreach (var user in _users.ReadAll(parsed))
        {
            _ = user.As(name => RdsGrantScript.Create(name, "db", ["SELECT"]));
            options.IamUsers.Add(user.Value);
        }

        if (options.IamUsers.Count == 0)
            options.IamUsers.Add("app");
    }

    private IReadOnlyList<string> ReadScripts(ParseResult parsed)
    {
        var scripts = _init.ReadAll(parsed);
        foreach (var script in scripts.Where(script => !Directory.Exists(script.Value)))
            InputFile.Require(script.Source, script.Value);
        return [.. scripts.Select(script => script.Value)];
    }

    private LocalRdsMasterUser? ReadMaster(ParseResult parsed) => _master.Read(parsed) is not { } master ? null
        : Secret(MasterPasswordVariable) is { } password ? new LocalRdsMasterUser(master.Value, password)
        : throw master.Wrong($"needs a password: set {MasterPasswordVariable}, or {MasterPasswordVariable}_FILE to a file that holds it");

    private TimeSpan ReadDrain(ParseResult parsed) => _drain.Read(parsed) is not { } drain ? TimeSpan.FromSeconds(5)
        : int.TryParse(drain.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw drain.Wrong("is not a number of seconds from 0 to 3600");

    private static (IPEndPoint Address, bool Serves) ReadHttp(Given? given) => given is null
        ? (IPEndPoint.Parse(DefaultHttp), true)
        : given.Value.Equals("off", StringComparison.OrdinalIgnoreCase)
            ? (IPEndPoint.Parse(DefaultHttp), false)
            : (given.As(text => ListenAddress.Read(given.Source, text)) is { Port: > 0 } address ? address
                : throw given.Wrong("has no port; choose one, the health check looks there"), true);

    private static void RequireFolder(Given given, LocalMySqlServerKind kind)
    {
        // A name without a separator may be a Docker volume.
        if (kind != LocalMySqlServerKind.Mysqld && !given.Value.Contains('/'))
            return;
        try
        {
            Directory.CreateDirectory(given.Value);
            var probe = Path.Combine(given.Value, $".rds-iam-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw given.Missing($"cannot be written to by '{Environment.UserName}': {e.Message}"
                + " Mount a named volume or a tmpfs, or give a mounted folder to that user.", e);
        }
    }

    private static string? Secret(string variable)
    {
        if (Environment.GetEnvironmentVariable($"{variable}_FILE") is not { Length: > 0 } file)
            return Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
        InputFile.Require($"{variable}_FILE", file);
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ToolException.Missing($"{variable}_FILE '{file}' cannot be read: {e.Message}", e);
        }
    }

    // A misspelt variable would go unnoticed; Kubernetes makes RDS_IAM_SERVICE_… and RDS_IAM_PORT… of a service called rds-iam.
    private void RefuseMisspelt()
    {
        string[] known = [.. All.Select(setting => setting.Variable), MasterPasswordVariable, HttpTokenVariable, "RDS_IAM_SERVER"];
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith("RDS_IAM_", StringComparison.Ordinal) || known.Contains(name)
                || name.EndsWith("_FILE", StringComparison.Ordinal)
                || name.StartsWith("RDS_IAM_SERVICE", StringComparison.Ordinal)
                || name.StartsWith("RDS_IAM_PORT", StringComparison.Ordinal))
                continue;
            if (Spelling.Nearest(name, known) is { } meant)
                throw ToolException.Usage($"{name} is no setting; did you mean '{meant}'?"); // its value may be a password
        }
    }
}
