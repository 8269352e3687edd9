using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RdsIamAspire.Emulator;

/// <summary>Which MySQL server to start, and how it is reached.</summary>
public sealed record LocalMySqlServerOptions
{
    /// <summary>How it runs.</summary>
    public LocalMySqlServerKind Kind { get; init; } = LocalMySqlServerKind.Auto;

    /// <summary>
    /// The Docker image, any MySQL 8.0 or later (<c>mysql:8.4</c>); null takes the first of rds-iam-mysql:9.7, mysql:9.7, mysql:8.4,
    /// mysql:8.0 that is here, else pulls mysql:8.4.
    /// </summary>
    public string? Image { get; init; }

    /// <summary>The mysqld binary; null takes the one on the PATH, else the one that <see cref="UnpackedMySql"/> unpacked.</summary>
    public string? MysqldPath { get; init; }

    /// <summary>The port on this machine; null takes a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Listen on all of this machine's addresses instead of loopback only.</summary>
    public bool ListenOnAllAddresses { get; init; }

    /// <summary>More DNS names and addresses in the server's certificate, beside localhost, 127.0.0.1, ::1 and the dialled host.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>
    /// Where data outlives the server: a Docker volume's name, or a folder for a mysqld; null for throw-away data. A server on kept data
    /// writes with MySQL's own durability, one on throw-away data without. A first start that does not come to its end (a kill, an error in
    /// an init script) leaves nothing: the next one begins anew.
    /// </summary>
    public string? DataVolume { get; init; }

    /// <summary>
    /// SQL files (<c>.sql</c>, <c>.sql.gz</c>), or folders of them, run as root in this order (a folder's by their names) once the server
    /// answers; with a <see cref="DataVolume"/> on its first start only. In a <see cref="LocalRds"/> plugin, database and users are there
    /// before, and the scripts run in the database. DELIMITER lines are understood.
    /// </summary>
    public IReadOnlyList<string> InitScripts { get; init; } = [];

    /// <summary>More arguments for mysqld, such as <c>--max-connections=500</c>; they win over this library's own.</summary>
    public IReadOnlyList<string> ServerArguments { get; init; } = [];

    /// <summary>The oldest TLS version that the server speaks: 1.2 or 1.3.</summary>
    public MinimumTlsVersion MinimumTls { get; init; } = MinimumTlsVersion.Tls12;

    /// <summary>A Docker network that the container joins; null for Docker's default.</summary>
    public string? Network { get; init; }

    /// <summary>Names of the container on <see cref="Network"/>; they are put into the certificate too.</summary>
    public IReadOnlyList<string> NetworkAliases { get; init; } = [];

    /// <summary>
    /// How long the server may take until it answers a login; the making of its data directory, once per machine, is not counted.
    /// </summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told each step of the start that may take long: the choice made, a pull, a data directory, a script.</summary>
    public IProgress<LocalMySqlServerProgress>? Progress { get; init; }

    /// <summary>The authority that signs the server's certificate; null makes one. The servers of a cluster share one.</summary>
    internal EmulatorCertificateAuthority? CertificateAuthority { get; init; }

    /// <summary>Where the choices made and the server's state are written, category RdsIamAspire.Emulator.Servers.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}

/// <summary>The oldest TLS version that a server speaks.</summary>
public enum MinimumTlsVersion
{
    /// <summary>TLS 1.2, as on RDS.</summary>
    Tls12,

    /// <summary>TLS 1.3 only.</summary>
    Tls13,
}
