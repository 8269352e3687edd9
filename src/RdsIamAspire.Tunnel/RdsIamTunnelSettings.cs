namespace RdsIamAspire.Tunnel;

/// <summary>The settings of a registered tunnel, bound from the sections <c>RdsIam:Tunnel</c> and <c>RdsIam:Tunnel:NAME</c>.</summary>
public sealed class RdsIamTunnelSettings : RdsIamTunnelOptions
{
    /// <summary>
    /// The name of a connection string that leads through the tunnel, for libraries that look theirs up in the configuration:
    /// <c>ConnectionStrings:THIS</c>. Null, the default, adds none.
    /// </summary>
    public string? ConnectionName { get; set; }

    /// <summary>Registers no health check. Default false.</summary>
    public bool DisableHealthChecks { get; set; }

    /// <summary>Adds no meter to OpenTelemetry. Default false.</summary>
    public bool DisableMetrics { get; set; }
}
