using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RdsIamAspire.MySqlConnector;

/// <summary>What an IAM login needs beyond the connection string. On RDS nothing: host, port and user are in the string, the region is in the host's name.</summary>
public class RdsIamAuthOptions
{
    /// <summary>The region, for hosts whose name has none (a tunnel, a CNAME, a local server). Null takes the AWS SDK's own (AWS_REGION, profile, instance metadata).</summary>
    public string? Region { get; set; }

    /// <summary>
    /// The endpoint's own host name, when what is dialled is a tunnel, a port-forward or a CNAME. The token is signed for it, and the server's
    /// certificate is checked against it. Null takes the connection string's server.
    /// </summary>
    public string? SignForHost { get; set; }

    /// <summary>The endpoint's own port, when another one is dialled. Null takes 3306 with <see cref="SignForHost"/>, else the connection string's port.</summary>
    public int? SignForPort { get; set; }

    /// <summary>A PEM file of CA certificates that wins over the embedded bundle, as does <c>SslCa</c> in the connection string. Read once.</summary>
    public string? CaCertificatePath { get; set; }

    /// <summary>Who signs; null takes the AWS SDK's default chain.</summary>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>A source of tokens to share with others; the caller disposes it. Null takes one of this library's own.</summary>
    public RdsAuthTokenSource? TokenSource { get; set; }

    /// <summary>Where refused logins are explained; never a token.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The clock for the age of tokens.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
