using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire;

/// <summary>
/// A MySQL host and port, and what its name says about it: which kind of RDS endpoint, which region, which partition.
/// </summary>
/// <remarks>
/// Sources: Amazon RDS User Guide, "Finding the connection information for an RDS for MySQL DB instance"; Amazon Aurora User Guide,
/// "Amazon Aurora endpoint connections"; "Working with Amazon RDS Proxy endpoints"; China regions put <c>rds</c> before the region.
/// </remarks>
public sealed record RdsEndpoint
{
    /// <summary>MySQL's own port.</summary>
    public const int DefaultPort = 3306;

    private RdsEndpoint(string host, int port)
    {
        Host = host;
        Port = port;
    }

    /// <summary>
    /// The host as it is signed for and as a certificate names it: lower case, no trailing dot, an IPv6 address without brackets.
    /// </summary>
    public string Host { get; }

    /// <summary>The TCP port, 1 to 65535.</summary>
    public int Port { get; init; }

    /// <summary>What the name leads to.</summary>
    public RdsEndpointKind Kind { get; private init; }

    /// <summary>
    /// The region in the name; null for <see cref="RdsEndpointKind.Custom"/> and <see cref="RdsEndpointKind.GlobalCluster"/>.
    /// </summary>
    public string? Region { get; private init; }

    /// <summary>The partition in the name; null for <see cref="RdsEndpointKind.Custom"/>.</summary>
    public AwsPartition? Partition { get; private init; }

    /// <summary>
    /// The first label: the name of the instance, cluster, custom endpoint, proxy or proxy endpoint. Null for
    /// <see cref="RdsEndpointKind.Custom"/>.
    /// </summary>
    public string? Identifier { get; private init; }

    /// <summary>Whether the name is one that AWS gives to RDS endpoints.</summary>
    public bool IsRds => Kind != RdsEndpointKind.Custom;

    /// <summary>
    /// Whether the endpoint is an RDS Proxy, whose certificate comes from Amazon Trust Services and not from an RDS root.
    /// </summary>
    public bool IsProxy => Kind is RdsEndpointKind.Proxy or RdsEndpointKind.ProxyEndpoint;

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[ipv6]:port</c> or a bare IPv6 address.</summary>
    /// <param name="hostAndOptionalPort">The text; case and one trailing dot of the host do not matter.</param>
    /// <param name="defaultPort">The port when the text has none.</param>
    /// <exception cref="FormatException">The text is not a host with an optional port; the message says why.</exception>
    public static RdsEndpoint Parse(string hostAndOptionalPort, int defaultPort = DefaultPort)
    {
        ArgumentNullException.ThrowIfNull(hostAndOptionalPort);
        return TryRead(hostAndOptionalPort, defaultPort, out var problem) ?? throw new FormatException(problem);
    }

    /// <summary>As <see cref="Parse"/>, with false in place of the exception.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? hostAndOptionalPort,
        int defaultPort,
        [NotNullWhen(true)] out RdsEndpoint? endpoint)
    {
        endpoint = hostAndOptionalPort is null ? null : TryRead(hostAndOptionalPort, defaultPort, out _);
        return endpoint is not null;
    }

    /// <inheritdoc cref="TryParse(string?, int, out RdsEndpoint?)"/>
    public static bool TryParse([NotNullWhen(true)] string? hostAndOptionalPort, [NotNullWhen(true)] out RdsEndpoint? endpoint) =>
        TryParse(hostAndOptionalPort, DefaultPort, out endpoint);

    /// <summary><c>host:port</c>, an IPv6 address in brackets.</summary>
    public override string ToString() =>
        (Host.Contains(':') ? $"[{Host}]:" : Host + ":") + Port.ToString(CultureInfo.InvariantCulture);

    private static RdsEndpoint? TryRead(string given, int defaultPort, out string? problem)
    {
        problem = null;
        var text = given.AsSpan().Trim();
        if (text.IsEmpty)
        {
            problem = "The host is empty; give an RDS endpoint, for example 'mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com:3306'.";
            return null;
        }

        if (given.Contains("://", StringComparison.Ordinal))
        {
            problem = $"'{given}' is a URL; give only the host and port, without the scheme.";
            return null;
        }

        ReadOnlySpan<char> host, port = default;
        if (text[0] == '[')
        {
            var close = text.IndexOf(']');
            var rest = close < 0 ? default : text[(close + 1)..];
            if (close < 0 || (!rest.IsEmpty && rest[0] != ':'))
            {
                problem = $"'{given}' has an unclosed '['; an IPv6 address with a port is written '[::1]:3306'.";
                return null;
            }

            host = text[1..close];
            port = rest.IsEmpty ? default : rest[1..];
            if (!rest.IsEmpty && port.IsEmpty)
                port = "?";
        }
        else
        {
            var colon = text.IndexOf(':');
            if (colon >= 0 && text[(colon + 1)..].Contains(':'))
            {
                host = text;
            }
            else
            {
                host = colon < 0 ? text : text[..colon];
                port = colon < 0 ? default : colon + 1 == text.Length ? "?" : text[(colon + 1)..];
            }
        }

        var portNumber = defaultPort;
        if ((!port.IsEmpty && !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out portNumber))
            || portNumber is < 1 or > 65535)
        {
            problem = port.IsEmpty
                ? $"The port {defaultPort} is not one of 1 to 65535."
                : $"'{given}' has the port '{(port is "?" ? "" : port)}'; a port is a number from 1 to 65535.";
            return null;
        }

        if (host.Contains(':'))
        {
            if (IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 && !host.Contains('['))
                return new RdsEndpoint(address.ToString(), portNumber);
            problem = $"'{given}' is not an IPv6 address; a host with a port is written 'host:3306', an IPv6 address '[::1]:3306'.";
            return null;
        }

        if (host.EndsWith("."))
            host = host[..^1];
        if (host.IsEmpty || host.Length > 253)
        {
            problem = host.IsEmpty
                ? $"'{given}' has no host before the port."
                : $"The host is {host.Length} characters long; a DNS name has at most 253.";
            return null;
        }

        if (host.IndexOfAnyExcept(HostCharacters) is var bad and >= 0)
        {
            problem = $"The host '{host}' has the character '{host[bad]}'; a host has letters, digits, '-', '_' and '.' (an "
                + "international name in its xn-- form).";
            return null;
        }

        return Classify(host.ToString().ToLowerInvariant(), portNumber);
    }

    private static readonly System.Buffers.SearchValues<char> HostCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private static RdsEndpoint Classify(string host, int port)
    {
        var custom = new RdsEndpoint(host, port);
        var partition = AwsPartition.All.FirstOrDefault(p => host.Length > p.DnsSuffix.Length + 1
            && host.EndsWith(p.DnsSuffix, StringComparison.Ordinal) && host[^(p.DnsSuffix.Length + 1)] == '.');
        if (partition is null)
            return custom;

        // What is left of the suffix ends with region.rds, or (China) rds.region.
        var labels = host[..^(partition.DnsSuffix.Length + 1)].Split('.');
        if (labels.Length < 3 || labels.Any(l => l.Length == 0))
            return custom;
        var region = labels[^1] == "rds" ? labels[^2] : labels[^2] == "rds" ? labels[^1] : null;
        if (region is null)
            return custom;
        var name = labels.AsSpan(..^2);

        if (region == "global" && name.Length == 2 && name[1].StartsWith("global-", StringComparison.Ordinal))
            return custom with { Kind = RdsEndpointKind.GlobalCluster, Partition = partition, Identifier = name[0] };
        if (!AwsPartition.IsRegionName(region) || KindOf(name) is not { } kind)
            return custom;

        return custom with
        {
            Kind = kind,
            Region = region,
            Partition = AwsPartition.FromRegion(region) is var own && own.DnsSuffix == partition.DnsSuffix ? own : partition,
            Identifier = name[0],
        };
    }

    /// <summary>
    /// The kind from the labels before the region: <c>name[.endpoint].prefix-hash</c>; a bare <c>name</c> is what AWS's own samples use.
    /// </summary>
    private static RdsEndpointKind? KindOf(ReadOnlySpan<string> name) => name.Length switch
    {
        1 => RdsEndpointKind.Instance,
        2 when name[1].StartsWith("cluster-ro-", StringComparison.Ordinal) => RdsEndpointKind.ClusterReader,
        2 when name[1].StartsWith("cluster-custom-", StringComparison.Ordinal) => RdsEndpointKind.ClusterCustom,
        2 when name[1].StartsWith("cluster-", StringComparison.Ordinal) => RdsEndpointKind.Cluster,
        2 when name[1].StartsWith("proxy-", StringComparison.Ordinal) => RdsEndpointKind.Proxy,
        2 when !name[1].Contains('-') => RdsEndpointKind.Instance,
        3 when name[1] == "endpoint" && name[2].StartsWith("proxy-", StringComparison.Ordinal) => RdsEndpointKind.ProxyEndpoint,
        _ => null,
    };
}
