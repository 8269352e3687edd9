using System.Data.Common;
using System.Globalization;
using RdsIamAspire.Tunnel.Logins;
using RdsIamAspire.Tunnel.Sessions;
using RdsIamAspire.Tunnel.Via;

namespace RdsIamAspire.Tunnel.Configuration;

/// <summary>What options and connection string come to.</summary>
/// <param name="Target">Where the tunnel leads.</param>
/// <param name="Database">The database, for the connection strings given out; empty for none.</param>
/// <param name="PassedOn">What else stood in the connection string, for the driver.</param>
internal sealed record TunnelPlan(TunnelTarget Target, string Database, IReadOnlyDictionary<string, string> PassedOn)
{
    // The names that MySqlConnector and MySql.Data have for one thing, without blanks (MySqlConnector: "Connection String Options";
    // Connector/NET Developer Guide).
    private static readonly string[] Servers = ["server", "host", "datasource", "address", "addr", "networkaddress"];
    private static readonly string[] Ports = ["port"];
    private static readonly string[] Users = ["userid", "uid", "username", "user"];
    private static readonly string[] Passwords = ["password", "pwd"];
    private static readonly string[] Databases = ["database", "initialcatalog"];
    private static readonly string[] CaFiles = ["sslca", "cacertificatefile"];

    // The way to the tunnel has no TLS, and the tunnel's way to the server has always VerifyFull.
    private static readonly string[] Tls =
    [
        .. CaFiles, "sslmode", "tlsversion", "tlsciphersuites", "certificatefile", "certificatepassword", "certificatestorelocation",
        "certificatethumbprint", "sslcert", "sslkey", "protocol", "connectionprotocol", "allowpublickeyretrieval",
    ];

    /// <summary>Reads the options.</summary>
    /// <exception cref="InvalidOperationException">The message says which part is wrong and what to do; never the value of a
    /// password.</exception>
    public static TunnelPlan Create(RdsIamTunnelOptions options)
    {
        var given = Parse(options);
        if (Take(given, Passwords).Length > 0)
        {
            throw Refuse(
                "has a Password. The tunnel logs in with IAM tokens and would not use it. "
                + "Remove it (and change it, if it has been in a file).");
        }

        var server = Take(given, Servers);
        if (server.Length == 0)
            throw Refuse("has no Server. Give the endpoint's host name, for example Server=orders.abc123.eu-west-1.rds.amazonaws.com.");
        if (server.Contains(',', StringComparison.Ordinal))
            throw Refuse($"names several servers ('{server}'). A token is for one host: use the cluster's writer or reader endpoint.");
        var user = Take(given, Users);
        if (user.Length == 0)
            throw Refuse("has no User ID. Give the user that was created with AWSAuthenticationPlugin; the case of its name matters.");

        var dialled = Endpoint("Server", server, ReadPort(Take(given, Ports)));
        var signFor = options.SignForHost is { Length: > 0 } host
            ? Endpoint("SignForHost", host, options.SignForPort ?? RdsEndpoint.DefaultPort)
            : dialled with { Port = options.SignForPort ?? dialled.Port };
        var ca = options.CaCertificatePath is { Length: > 0 } own ? own : Peek(given, CaFiles);
        var database = Take(given, Databases);
        foreach (var name in Tls)
            given.Remove(name);
        var request = RdsAuthTokenRequest.For(signFor, user, signFor.Region ?? options.Region) with
        {
            Credentials = options.Credentials,
            Identity = options.Identity,
        };
        var passedOn = given.Values.ToDictionary(pair => pair.Name, pair => pair.Value);
        return new TunnelPlan(new TunnelTarget(dialled, signFor, request, Trust(signFor, ca)) { Way = Way(options, dialled, signFor) },
            database, passedOn);
    }

    /// <summary>The connection string for a client of the tunnel.</summary>
    /// <param name="server">Host name, address or socket.</param>
    /// <param name="port">The port; null with a socket.</param>
    /// <param name="password">The tunnel's password.</param>
    public string ConnectionString(string server, int? port, string password)
    {
        var builder = new DbConnectionStringBuilder { ["Server"] = server };
        if (port is { } number)
            builder["Port"] = number.ToString(CultureInfo.InvariantCulture);
        else
            builder["Protocol"] = "Unix";
        builder["User ID"] = Target.User;
        builder["Password"] = password;
        if (Database.Length > 0)
            builder["Database"] = Database;
        foreach (var (name, value) in PassedOn)
            builder[name] = value;
        return builder.ConnectionString;
    }

    private static Dictionary<string, (string Name, string Value)> Parse(RdsIamTunnelOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            throw new InvalidOperationException(
                $"The tunnel has no connection string: {options.MissingConnectionString}, for example "
                + "Server=HOST;User ID=USER;Database=DATABASE.");
        }

        var builder = new DbConnectionStringBuilder();
        try
        {
            builder.ConnectionString = options.ConnectionString;
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"The tunnel's connection string cannot be read: {e.Message}", e);
        }

        var given = new Dictionary<string, (string, string)>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in builder.Keys)
        {
            var plain = name.Replace(" ", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
            given[plain] = (name, builder[name].ToString() ?? "");
        }

        return given;
    }

    private static string Take(Dictionary<string, (string Name, string Value)> given, string[] names)
    {
        var value = Peek(given, names) ?? "";
        foreach (var name in names)
            given.Remove(name);
        return value;
    }

    private static string? Peek(Dictionary<string, (string Name, string Value)> given, string[] names) =>
        names.Where(given.ContainsKey).Select(name => given[name].Value.Trim()).FirstOrDefault(value => value.Length > 0);

    private static int ReadPort(string text) => text.Length == 0 ? RdsEndpoint.DefaultPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue ? port
        : throw Refuse($"has the Port '{text}'. A port is 1 to 65535.");

    private static RdsEndpoint Endpoint(string what, string host, int port)
    {
        try
        {
            return RdsEndpoint.Parse(host, port);
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"The tunnel's {what}: {e.Message}", e);
        }
    }

    private static ServerTrust Trust(RdsEndpoint signFor, string? ca)
    {
        try
        {
            return ServerTrust.For(signFor, ca);
        }
        catch (KeyNotFoundException e)
        {
            throw new InvalidOperationException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new InvalidOperationException($"The CA certificates of '{ca}' cannot be read: {e.Message}", e);
        }
    }

    private static PortForward? Way(RdsIamTunnelOptions options, RdsEndpoint dialled, RdsEndpoint signFor)
    {
        if (options.Via is not { Length: > 0 } via)
            return null;
        try
        {
            var log = options.LoggerFactory.CreateLogger("RdsIamAspire.Tunnel");
            return new PortForward(ViaRoute.Parse(via), dialled, signFor.Region ?? options.Region, log, options.TimeProvider,
                options.Identity?.Profile);
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"The tunnel's Via {e.Message}", e);
        }
    }

    private static InvalidOperationException Refuse(string why) => new($"The tunnel's connection string {why}");
}
