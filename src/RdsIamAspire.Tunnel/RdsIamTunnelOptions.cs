using System.Net;
using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RdsIamAspire.Tunnel;

/// <summary>Where a tunnel leads and how it is reached.</summary>
public class RdsIamTunnelOptions
{
    /// <summary>
    /// The endpoint, the user and the database, without a password: <c>Server=HOST;Port=3306;User ID=USER;Database=DATABASE</c>. What else
    /// stands in it, but for TLS, is passed on into the connection strings that the tunnel gives out.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>The region, for hosts whose name has none. Null takes the AWS SDK's own (AWS_REGION, profile, instance metadata).</summary>
    public string? Region { get; set; }

    /// <summary>
    /// The endpoint's own host name, when what is dialled is a port-forward or a CNAME: the token is signed for it and the server's
    /// certificate must name it. Null takes the connection string's server.
    /// </summary>
    public string? SignForHost { get; set; }

    /// <summary>The endpoint's own port. Null takes 3306 with <see cref="SignForHost"/>, else the connection string's port.</summary>
    public int? SignForPort { get; set; }

    /// <summary>
    /// The way to an endpoint that this machine cannot dial, kept open by AWS's own programs or ssh: <c>ssm:i-0123456789abcdef0</c>,
    /// <c>ssm:tag/Name=bastion</c>, <c>ssm:ec2-user@i-…,ssh</c>, <c>ecs:CLUSTER/SERVICE</c>, <c>eice:ec2-user@i-…</c>,
    /// <c>ssh:user@host</c>. The connection string names the endpoint itself, as that machine dials it. Null, the default, dials from here.
    /// </summary>
    public string? Via { get; set; }

    /// <summary>
    /// A PEM file of CA certificates that wins over the embedded bundle, as does <c>SslCa</c> in the connection string. Read once.
    /// </summary>
    public string? CaCertificatePath { get; set; }

    /// <summary>Who signs; null takes the AWS SDK's default chain.</summary>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>A source of tokens to share with others; the caller disposes it. Null takes one of the tunnel's own.</summary>
    public RdsAuthTokenSource? TokenSource { get; set; }

    /// <summary>The address that clients over TCP come to. Default 127.0.0.1; another than loopback is reached by other machines.</summary>
    public IPAddress ListenAddress { get; set; } = IPAddress.Loopback;

    /// <summary>The port that clients over TCP come to; 0 takes a free one. Default 0.</summary>
    public int ListenPort { get; set; }

    /// <summary>What clients have to know. Null, the default, makes one up that lives as long as the tunnel.</summary>
    public string? Password { get; set; }

    /// <summary>How long running statements may take to end when the tunnel stops. Default 20 seconds.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Where refused clients are said; never a token or a password.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>That a text is a way, as <see cref="Via"/> takes it.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="FormatException">It is none; the message has the forms that there are.</exception>
    public static string CheckVia(string way) => RdsIamAspire.Tunnel.Via.ViaRoute.Parse(way).Text;

    /// <summary>Who signs, by name, also for the programs of <see cref="Via"/>; <see cref="Credentials"/> wins.</summary>
    internal RdsAwsIdentity? Identity { get; set; }

    /// <summary>What to do when there is no connection string.</summary>
    internal string MissingConnectionString { get; set; } = "give one";

    /// <summary>Lets every local client in, with any password: the tool's choice for one person's machine.</summary>
    internal bool AnyPassword { get; set; }

    /// <summary>Where the socket is made; null for a folder of its own.</summary>
    internal string? SocketFile { get; set; }

    /// <summary>Where a person finds the password, for the message to a client that does not know it.</summary>
    internal string WhosePassword { get; set; } = "it stands in the tunnel's own connection string, and changes with each start";
}
