using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MySqlConnector;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using RdsIamAspire.MySqlConnector.Configuration;
using RdsIamAspire.MySqlConnector.Health;
using RdsIamAspire.MySqlConnector.Logins;
using RdsIamAspire.MySqlConnector.Telemetry;

namespace RdsIamAspire.MySqlConnector.Hosting;

/// <summary>
/// A data source and what serves it. The container ends the data source, which it hands out, and by this record the rest.
/// </summary>
internal sealed record Registration(MySqlDataSource DataSource, RdsIamLogin Login, RdsIamMySqlSettings Settings) : IDisposable
{
    public void Dispose() => Login.Dispose();

    /// <summary>Adds everything that belongs to one connection.</summary>
    /// <exception cref="InvalidOperationException">It is registered already, or another is without a key.</exception>
    internal static void Add(
        IServiceCollection services, IConfiguration configuration, string name, string? key, Action<RdsIamMySqlSettings>? configure,
            Action<MySqlDataSourceBuilder>? configureBuilder)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var registrationKey = new RegistrationKey(key);
        if (services.FirstOrDefault(d => d.IsKeyedService && Equals(d.ServiceKey, registrationKey)) is not null)
        {
            throw new InvalidOperationException(key is null
                ? $"A data source is registered without a key already, so '{name}' would take its place: register each database with "
                    + $"AddKeyedRdsIamMySqlDataSource(\"{name}\") and ask for it with [FromKeyedServices(\"{name}\")]."
                : $"The data source '{name}' is registered already.");
        }

        // What has to be known while services are registered; the settings proper are options, which may still be changed.
        var now = new RdsIamMySqlSettings();
        SettingsSection.Read(configuration, name, now);
        configure?.Invoke(now);

        services.AddOptions<RdsIamMySqlSettings>(name).Configure<IServiceProvider>((s, provider) =>
        {
            SettingsSection.Read(configuration, name, s);
            configure?.Invoke(s);
            AwsSetup.Read(services, provider, configuration, s);
        }).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RdsIamMySqlSettings>>(new SettingsValidation(name));
        AddDataSource(services, name, key, registrationKey, configureBuilder);
        services.AddSingleton<IHostedService>(provider => new WarmUp(provider, name, registrationKey,
            provider.GetRequiredService<ILogger<WarmUp>>()));

        if (!now.DisableHealthChecks)
        {
            services.AddHealthChecks().Add(new HealthCheckRegistration(
                key is null ? "RdsIamMySql" : $"RdsIamMySql_{name}",
                provider => new RdsIamHealthCheck(() => provider.GetRequiredKeyedService<MySqlDataSource>(key)),
                failureStatus: null,
                tags: null));
        }

        // For a service that has OpenTelemetry; none is brought or started for one that has not.
        if (!now.DisableTracing)
            services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddSource("MySqlConnector"));
        if (!now.DisableMetrics)
            services.ConfigureOpenTelemetryMeterProvider(metrics => metrics.AddMeter("MySqlConnector", RdsIamTelemetry.MeterName,
                LoginTelemetry.MeterName));
    }

    private static void AddDataSource(
        IServiceCollection services, string name, string? key, RegistrationKey registrationKey,
            Action<MySqlDataSourceBuilder>? configureBuilder)
    {
        // One source of tokens for all connections of the process, ended with the container.
        services.TryAddSingleton(provider => new RdsAuthTokenSource(new RdsAuthTokenSourceOptions
        {
            LoggerFactory = provider.GetRequiredService<ILoggerFactory>(),
            TimeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System,
        }));
        services.AddKeyedSingleton(registrationKey, (provider, _) =>
        {
            var settings = SettingsOf(provider, name);
            settings.LoggerFactory = provider.GetRequiredService<ILoggerFactory>();
            settings.TimeProvider = provider.GetService<TimeProvider>() ?? settings.TimeProvider;
            // Times of its own need a source of its own.
            if (settings is { TokenSource: null, CredentialsTimeout: null, RenewAhead: null })
                settings.TokenSource = provider.GetRequiredService<RdsAuthTokenSource>();
            var driver = SettingsValidation.CreateBuilder(name, settings).UseLoggerFactory(settings.LoggerFactory).UseName(name);
            configureBuilder?.Invoke(driver);
            var (dataSource, login) = new RdsIamMySqlDataSourceBuilder(driver, settings).BuildWithLogin();
            return new Registration(dataSource, login, settings);
        });
        services.AddKeyedSingleton(key, (provider, _) => provider.GetRequiredKeyedService<Registration>(registrationKey).DataSource);
        services.AddKeyedSingleton<DbDataSource>(key,
            (provider, _) => new RetryingDataSource(provider.GetRequiredKeyedService<MySqlDataSource>(key)));
        services.AddKeyedTransient(key, (provider, _) => provider.GetRequiredKeyedService<MySqlDataSource>(key).CreateConnection());
        services.AddKeyedTransient<DbConnection>(key,
            (provider, _) => provider.GetRequiredKeyedService<MySqlDataSource>(key).CreateConnection());
    }

    /// <summary>The settings; a service provider without a host learns here what a host says at its start.</summary>
    /// <exception cref="InvalidOperationException">They cannot be an IAM login.</exception>
    private static RdsIamMySqlSettings SettingsOf(IServiceProvider provider, string name)
    {
        try
        {
            return provider.GetRequiredService<IOptionsMonitor<RdsIamMySqlSettings>>().Get(name);
        }
        catch (OptionsValidationException e)
        {
            throw new InvalidOperationException(e.Message, e);
        }
    }
}

/// <summary>Keeps registrations apart from every key that an application could use.</summary>
internal sealed record RegistrationKey(string? Name);
