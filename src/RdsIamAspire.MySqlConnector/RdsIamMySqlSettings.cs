namespace RdsIamAspire.MySqlConnector;

/// <summary>
/// The settings of a registered data source, bound from the sections <c>RdsIam:MySqlConnector</c> and <c>RdsIam:MySqlConnector:NAME</c>.
/// </summary>
public sealed class RdsIamMySqlSettings : RdsIamAuthOptions
{
    /// <summary>The connection string, without a password; <c>ConnectionStrings:NAME</c> wins over the section.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Registers no health check. Default false.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>
    /// Makes no token while the host starts. Otherwise the first request finds one made; a token that cannot be made is logged and does
    /// not stop the host. Default false.
    /// </summary>
    public bool DisableWarmUp { get; set; }

    /// <summary>Adds no tracing source to OpenTelemetry. Default false.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>Adds no meters to OpenTelemetry. Default false.</summary>
    public bool DisableMetrics { get; set; }
}
