using RdsIamAspire.MySqlConnector;

namespace RdsIamAspire.EntityFrameworkCore;

/// <summary>
/// The settings of a context, bound from the sections <c>RdsIam:EntityFrameworkCore</c>, <c>RdsIam:EntityFrameworkCore:NAME</c> (the
/// connection's name) and
/// <c>RdsIam:EntityFrameworkCore:CONTEXT</c> (the name of the context's type), the last of which wins.
/// </summary>
public sealed class RdsIamMySqlDbContextSettings : RdsIamAuthOptions
{
    /// <summary>The connection string, without a password; <c>ConnectionStrings:NAME</c> wins over the section.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// The server's version, such as <c>8.0.36</c> or <c>8.4.3</c>: what SQL EF Core may write. It is not asked of the server, so that
    /// nothing is dialled at start. Default 8.0.36, which RDS for MySQL 8.0 and 8.4 and Aurora MySQL 3 all understand.
    /// </summary>
    public string ServerVersion { get; set; } = "8.0.36";

    /// <summary>
    /// How often a command is tried again after a failure that passes (a lost connection, a failover, a refused old token). Default 6; 0
    /// means never.
    /// </summary>
    public int MaxRetryCount { get; set; } = 6;

    /// <summary>The longest wait between two tries. Default 30 seconds.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a command may take, in seconds. Null takes the driver's (30, or DefaultCommandTimeout of the connection string).
    /// </summary>
    public int? CommandTimeout { get; set; }

    /// <summary>Makes a new context for each scope in place of a pool of them. Default false.</summary>
    public bool DisableContextPooling { get; set; }

    /// <summary>
    /// Makes no token while the host starts. Otherwise the connection string is looked at then and the first request finds a token made;
    /// one that cannot be made is logged and does not stop the host. Default false.
    /// </summary>
    public bool DisableWarmUp { get; set; }

    /// <summary>Registers no health check. Default false.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Adds no tracing source to OpenTelemetry. Default false.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Adds no meters to OpenTelemetry. Default false.</summary>
    public bool DisableMetrics { get; set; }
}
