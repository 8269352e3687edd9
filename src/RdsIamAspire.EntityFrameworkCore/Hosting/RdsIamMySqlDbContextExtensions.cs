using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using RdsIamAspire;
using RdsIamAspire.EntityFrameworkCore;
using RdsIamAspire.EntityFrameworkCore.Configuration;
using RdsIamAspire.EntityFrameworkCore.DataSources;
using RdsIamAspire.EntityFrameworkCore.Health;
using RdsIamAspire.EntityFrameworkCore.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers EF Core contexts that log in to RDS and Aurora MySQL with IAM.</summary>
public static class RdsIamMySqlDbContextExtensions
{
    private const string SectionName = "RdsIam:EntityFrameworkCore";

    // What an AppHost hands out for a reference is named for the data source; a context needs the same of it.
    private const string DataSourceSectionName = "RdsIam:MySqlConnector";

    private const DynamicallyAccessedMemberTypes Members = DynamicallyAccessedMemberTypes.PublicConstructors
        | DynamicallyAccessedMemberTypes.NonPublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties;

    /// <summary>
    /// Registers a context on Pomelo whose connections log in with IAM: pooled contexts, retries that know old tokens and failovers,
    /// health check, tracing, metrics.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">The connection's name: <c>ConnectionStrings:NAME</c>.</param>
    /// <param name="configureSettings">Changes the settings after they were read from the configuration.</param>
    /// <param name="configureOptions">EF Core's own options, after ours: what it says wins.</param>
    /// <typeparam name="TContext">The context.</typeparam>
    /// <remarks>
    /// When the host starts, the connection string is checked and the first token made; nothing is dialled until a context is asked for. At
    /// design time (<c>dotnet ef migrations add</c>) no connection string
    /// is needed.
    /// </remarks>
    /// <example>
    /// <code>
    /// builder.AddRdsIamMySqlDbContext&lt;Shop&gt;("orders");
    /// app.MapGet("/orders", (Shop shop) => shop.Orders.ToListAsync());
    /// </code>
    /// </example>
    public static void AddRdsIamMySqlDbContext<[DynamicallyAccessedMembers(Members)] TContext>(
        this IHostApplicationBuilder builder,
        string name,
        Action<RdsIamMySqlDbContextSettings>? configureSettings = null,
        Action<DbContextOptionsBuilder>? configureOptions = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var settings = Read<TContext>(builder, name);
        if (builder.Configuration.GetConnectionString(name) is { } connectionString)
            settings.ConnectionString = connectionString;
        configureSettings?.Invoke(settings);

        builder.Services.AddKeyedSingleton(typeof(TContext), (services, _) =>
            ContextDataSource.Create(name, settings, services, builder));
        if (settings.DisableContextPooling)
            builder.Services.AddDbContext<TContext>(Configure);
        else
            builder.Services.AddDbContextPool<TContext>(Configure);
        AddObservation<TContext>(builder, settings);

        void Configure(IServiceProvider services, DbContextOptionsBuilder options)
        {
            ContextOptions.Use<TContext>(services, options, settings, name);
            configureOptions?.Invoke(options);
        }
    }

    /// <summary>
    /// Makes a context that the application registers itself, with <c>AddDbContext</c> or <c>AddDbContextPool</c> and <c>UseMySql</c>, log
    /// in with IAM, and adds retries, health check, tracing and metrics. The endpoint, the user and the server's version are those of its
    /// own <c>UseMySql</c>.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="configureSettings">Changes the settings after they were read from the configuration.</param>
    /// <typeparam name="TContext">The context.</typeparam>
    /// <exception cref="InvalidOperationException">The context is not registered.</exception>
    public static void EnrichRdsIamMySqlDbContext<[DynamicallyAccessedMembers(Members)] TContext>(
        this IHostApplicationBuilder builder, Action<RdsIamMySqlDbContextSettings>? configureSettings = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (!builder.Services.Any(service => service.ServiceType == typeof(DbContextOptions<TContext>)))
        {
            var context = typeof(TContext).Name;
            throw new InvalidOperationException($"The context {context} is not registered: call builder.Services.AddDbContext<{context}>"
                + $"(options => options.UseMySql(…)) before EnrichRdsIamMySqlDbContext, or use AddRdsIamMySqlDbContext<{context}>.");
        }

        var settings = Read<TContext>(builder, name: null);
        configureSettings?.Invoke(settings);
        builder.Services.AddKeyedSingleton(
            typeof(TContext), (services, _) => ContextDataSource.Create(typeof(TContext).Name, settings, services, builder));
        builder.Services.ConfigureDbContext<TContext>((services, options) => ContextOptions.Enrich<TContext>(services, options, settings));
        AddObservation<TContext>(builder, settings);
    }

    private static RdsIamMySqlDbContextSettings Read<TContext>(IHostApplicationBuilder builder, string? name)
    {
        var settings = new RdsIamMySqlDbContextSettings();
        string[] named = name is null ? [] : [DataSourceSectionName, $"{DataSourceSectionName}:{name}"];
        foreach (var section in (string[])[.. named, SectionName, $"{SectionName}:{name}", $"{SectionName}:{typeof(TContext).Name}"])
            ContextSection.Read(builder.Configuration.GetSection(section), settings);
        return settings;
    }

    private static void AddObservation<TContext>(IHostApplicationBuilder builder, RdsIamMySqlDbContextSettings settings)
        where TContext : DbContext
    {
        builder.Services.AddSingleton<IHostedService>(services => new ContextWarmUp<TContext>(
            services, settings, services.GetRequiredService<ILogger<ContextWarmUp<TContext>>>()));
        if (!settings.DisableHealthChecks)
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                typeof(TContext).Name,
                services => new DbContextHealthCheck<TContext>(services.GetRequiredService<IServiceScopeFactory>()),
                failureStatus: null,
                tags: null));
        }

        // For a service that has OpenTelemetry; none is brought or started for one that has not.
        if (!settings.DisableTracing)
            builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddSource("MySqlConnector"));
        if (!settings.DisableMetrics)
        {
            builder.Services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter(
                "Microsoft.EntityFrameworkCore", "MySqlConnector", RdsIamTelemetry.MeterName, "RdsIamAspire.MySqlConnector"));
        }
    }
}
