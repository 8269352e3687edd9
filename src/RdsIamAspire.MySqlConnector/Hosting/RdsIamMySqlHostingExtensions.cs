using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire;
using RdsIamAspire.MySqlConnector;
using RdsIamAspire.MySqlConnector.Health;
using RdsIamAspire.MySqlConnector.Logins;
using RdsIamAspire.MySqlConnector.Telemetry;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers data sources that log in to RDS and Aurora MySQL with IAM.</summary>
public static class RdsIamMySqlHostingExtensions
{
    private const string SectionName = "RdsIam:MySqlConnector";

    /// <summary>
    /// Registers a <see cref="MySqlDataSource"/> (and <see cref="MySqlConnection"/>, <see cref="DbDataSource"/>, <see cref="DbConnection"/>) that logs in with IAM,
    /// with a health check, tracing and metrics.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">The connection's name: <c>ConnectionStrings:NAME</c> and the section <c>RdsIam:MySqlConnector:NAME</c>.</param>
    /// <param name="configureSettings">Changes the settings after they were read from the configuration.</param>
    /// <param name="configureDataSourceBuilder">Changes the driver's builder: its name, its type mappings, its tracing.</param>
    /// <remarks>
    /// Nothing is checked until the data source is asked for: then a missing connection string, a password in it or a TLS mode that does not encrypt is an
    /// <see cref="InvalidOperationException"/> that says what to do.
    /// </remarks>
    /// <example>
    /// <code>
    /// builder.AddRdsIamMySqlDataSource("orders");
    /// app.MapGet("/orders", async (MySqlDataSource db) => …);
    /// </code>
    /// </example>
    public static void AddRdsIamMySqlDataSource(
        this IHostApplicationBuilder builder, string name, Action<RdsIamMySqlSettings>? configureSettings = null, Action<MySqlDataSourceBuilder>? configureDataSourceBuilder = null) =>
        Add(builder, name, serviceKey: null, configureSettings, configureDataSourceBuilder);

    /// <summary>As <see cref="AddRdsIamMySqlDataSource"/>, as keyed services under the connection's name: for more than one database.</summary>
    /// <inheritdoc cref="AddRdsIamMySqlDataSource" path="/param"/>
    public static void AddKeyedRdsIamMySqlDataSource(
        this IHostApplicationBuilder builder, string name, Action<RdsIamMySqlSettings>? configureSettings = null, Action<MySqlDataSourceBuilder>? configureDataSourceBuilder = null) =>
        Add(builder, name, serviceKey: name, configureSettings, configureDataSourceBuilder);

    private static void Add(
        IHostApplicationBuilder builder, string name, string? serviceKey, Action<RdsIamMySqlSettings>? configureSettings, Action<MySqlDataSourceBuilder>? configureDataSourceBuilder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);

        var settings = new RdsIamMySqlSettings();
        var section = builder.Configuration.GetSection(SectionName);
        section.Bind(settings);
        section.GetSection(name).Bind(settings);
        if (builder.Configuration.GetConnectionString(name) is { } connectionString)
            settings.ConnectionString = connectionString;
        configureSettings?.Invoke(settings);

        AddServices(builder.Services, name, serviceKey, settings, configureDataSourceBuilder);

        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                serviceKey is null ? "RdsIamMySql" : $"RdsIamMySql_{name}",
                provider => new RdsIamHealthCheck(() => provider.GetRequiredKeyedService<MySqlDataSource>(serviceKey)),
                failureStatus: null,
                tags: null));
        }

        if (!settings.DisableTracing)
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("MySqlConnector"));
        if (!settings.DisableMetrics)
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("MySqlConnector", RdsIamTelemetry.MeterName, LoginTelemetry.MeterName));
    }

    private static void AddServices(
        IServiceCollection services, string name, string? key, RdsIamMySqlSettings settings, Action<MySqlDataSourceBuilder>? configureDataSourceBuilder)
    {
        // One source of tokens for all connections of the process, ended with the container.
        services.TryAddSingleton(provider => new RdsAuthTokenSource(new RdsAuthTokenSourceOptions
        {
            LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            TimeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System,
        }));
        services.AddKeyedSingleton(RegistrationKey.For(key), (provider, _) =>
        {
            settings.TokenSource ??= provider.GetRequiredService<RdsAuthTokenSource>();
            settings.LoggerFactory = provider.GetRequiredService<ILoggerFactory>();
            settings.TimeProvider = provider.GetService<TimeProvider>() ?? settings.TimeProvider;
            return Build(name, settings, configureDataSourceBuilder);
        });
        services.AddKeyedSingleton(key, (provider, _) => provider.GetRequiredKeyedService<Registration>(RegistrationKey.For(key)).DataSource);
        services.AddKeyedSingleton<DbDataSource>(key, (provider, _) => new RetryingDataSource(provider.GetRequiredKeyedService<MySqlDataSource>(key)));
        services.AddKeyedTransient(key, (provider, _) => provider.GetRequiredKeyedService<MySqlDataSource>(key).CreateConnection());
        services.AddKeyedTransient<DbConnection>(key, (provider, _) => provider.GetRequiredKeyedService<MySqlDataSource>(key).CreateConnection());
    }

    private static Registration Build(string name, RdsIamMySqlSettings settings, Action<MySqlDataSourceBuilder>? configure)
    {
        if (string.IsNullOrWhiteSpace(settings.ConnectionString))
        {
            throw new InvalidOperationException(
                $"There is no connection string for '{name}': set 'ConnectionStrings:{name}' or '{SectionName}:{name}:ConnectionString', "
                + "for example Server=HOST;User ID=USER;Database=DATABASE. An AppHost sets it with WithReference, 'rds-iam local' by itself.");
        }

        MySqlDataSourceBuilder driver;
        try
        {
            driver = new MySqlDataSourceBuilder(settings.ConnectionString);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"The connection string for '{name}' cannot be read: {e.Message}", e);
        }

        driver.UseLoggerFactory(settings.LoggerFactory).UseName(name);
        configure?.Invoke(driver);
        var (dataSource, login) = new RdsIamMySqlDataSourceBuilder(driver, settings).BuildWithLogin();
        return new Registration(dataSource, login);
    }

    /// <summary>A data source and what serves it. The container ends the data source, which it hands out, and by this record the rest.</summary>
    private sealed record Registration(MySqlDataSource DataSource, RdsIamLogin Login) : IDisposable
    {
        public void Dispose() => Login.Dispose();
    }

    /// <summary>Keeps registrations apart from every key that an application could use.</summary>
    private sealed record RegistrationKey(string? Name)
    {
        internal static RegistrationKey For(string? name) => new(name);
    }
}
