using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RdsIamAspire;
using RdsIamAspire.Tunnel;
using RdsIamAspire.Tunnel.Configuration;
using RdsIamAspire.Tunnel.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers tunnels for whatever takes only a connection string.</summary>
public static class RdsIamMySqlTunnelExtensions
{
    private const string SectionName = "RdsIam:Tunnel";

    // What an AppHost hands out for a reference is named for the data source; a tunnel needs the same of it.
    private const string DataSourceSectionName = "RdsIam:MySqlConnector";

    /// <summary>
    /// A front inside this process for a connection that logs in with IAM: its <see cref="RdsIamTunnel.ConnectionString"/> is good for any
    /// MySQL library and driver.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">The connection's name: <c>ConnectionStrings:NAME</c> and the section <c>RdsIam:Tunnel:NAME</c>.</param>
    /// <param name="configureSettings">Changes the settings after they were read from the configuration.</param>
    /// <returns>
    /// The tunnel; also registered, under its name and without. It serves from the moment that its connection string is read, at the
    /// latest before other hosted services start, and is drained after they have stopped.
    /// </returns>
    /// <remarks>
    /// A connection string that is missing or wrong is an <see cref="InvalidOperationException"/> when the tunnel's is read, or when the
    /// application starts. A database that cannot be reached then is logged, and does not keep the application from starting.
    /// </remarks>
    /// <example>
    /// <code>
    /// var tunnel = builder.AddRdsIamMySqlTunnel("orders");
    /// builder.Services.AddFluentMigratorCore().ConfigureRunner(r => r.AddMySql8().WithGlobalConnectionString(tunnel.ConnectionString));
    /// </code>
    /// </example>
    public static RdsIamTunnel AddRdsIamMySqlTunnel(
        this IHostApplicationBuilder builder, string name, Action<RdsIamTunnelSettings>? configureSettings = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);

        var settings = new RdsIamTunnelSettings();
        foreach (var section in (string[])[DataSourceSectionName, $"{DataSourceSectionName}:{name}", SectionName, $"{SectionName}:{name}"])
            TunnelSection.Read(builder.Configuration.GetSection(section), settings);
        if (builder.Configuration.GetConnectionString(name) is { } connectionString)
            settings.ConnectionString = connectionString;
        configureSettings?.Invoke(settings);
        if (string.IsNullOrWhiteSpace(settings.ConnectionString))
            settings.MissingConnectionString = $"set 'ConnectionStrings:{name}' or '{SectionName}:{name}:ConnectionString'";

        var tunnel = new RdsIamTunnel(settings);
        // As factories, so that the container ends it.
        builder.Services.AddKeyedSingleton(name, (_, _) => tunnel);
        builder.Services.TryAddSingleton(_ => tunnel);
        builder.Services.AddSingleton<IHostedService>(services => new TunnelService(name, tunnel, services));
        if (settings.ConnectionName is { Length: > 0 } connectionName)
            builder.Configuration.Add(new TunnelConnectionSource(connectionName, tunnel));
        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                $"RdsIamTunnel_{name}", _ => new TunnelHealthCheck(tunnel), failureStatus: null, tags: null));
        }

        if (!settings.DisableMetrics)
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(RdsIamTunnel.MeterName, RdsIamTelemetry.MeterName));
        return tunnel;
    }
}
