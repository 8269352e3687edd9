using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RdsIamAspire.Emulator;

/// <summary>What the emulated database is, on AWS's side of it.</summary>
public sealed class RdsIamEmulatorOptions
{
    /// <summary>The database's region; its partition follows (cn-… is aws-cn, us-gov-… is aws-us-gov).</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The AWS account, 12 digits.</summary>
    public string AccountId { get; set; } = "123456789012";

    /// <summary>
    /// The DbiResourceId (<c>db-…</c>), Aurora cluster id (<c>cluster-…</c>) or proxy id (<c>prx-…</c>) that policies name.
    /// </summary>
    public string ResourceId { get; set; } = "db-LOCALRDSIAMEMULATOR000000";

    /// <summary>The tags of the instance, cluster or proxy: the condition keys <c>aws:ResourceTag/…</c>.</summary>
    public IDictionary<string, string> ResourceTags { get; } = new Dictionary<string, string>();

    /// <summary>
    /// The host and port pairs that tokens may be signed for. The address in the admin connection string is added at attach
    /// (and, when it is loopback, localhost and 127.0.0.1 on its port). Add others with <see cref="RdsIamEmulator.AddEndpoint"/>.
    /// </summary>
    public IList<EmulatorEndpoint> Endpoints { get; } = [];

    /// <summary>Who may sign tokens; empty means one principal that may connect as every user.</summary>
    public IList<EmulatorPrincipal> Principals { get; } = [];

    /// <summary>The clock that tokens are judged by.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// Where denials (Warning), logins (Information) and the agent's own state are written, category RdsIamAspire.Emulator.
    /// </summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Tokens handed out by a test, judged in place of signed ones; null for signed ones.</summary>
    internal MockedTokens? MockedTokens { get; set; }

    /// <summary>
    /// How many connections wait for logins, 1 to 32. A token is judged in well under a millisecond, so few serve many logins.
    /// </summary>
    public int PollingConnections { get; set; } = 4;
}

/// <summary>A host name or address, and a port, that tokens may be signed for.</summary>
/// <param name="Host">The host; compared without regard to case.</param>
/// <param name="Port">The port, 1 to 65535, or <see cref="AnyPort"/>.</param>
public sealed record EmulatorEndpoint(string Host, int Port)
{
    /// <summary>
    /// In place of a port: tokens for the host are taken whatever port they are signed for, where the one that clients dial cannot be known
    /// (a container's published port). RDS has no such endpoint.
    /// </summary>
    public const int AnyPort = 0;
}
