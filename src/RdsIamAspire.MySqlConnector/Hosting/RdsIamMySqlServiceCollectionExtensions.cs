using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using MySqlConnector;
using RdsIamAspire.MySqlConnector;
using RdsIamAspire.MySqlConnector.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Registers data sources that log in to RDS and Aurora MySQL with IAM, where there is no <see cref="IHostApplicationBuilder"/>.
/// </summary>
public static class RdsIamMySqlServiceCollectionExtensions
{
    /// <summary>As <see cref="RdsIamMySqlHostingExtensions.AddRdsIamMySqlDataSource"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">
    /// The configuration that holds <c>ConnectionStrings:NAME</c> and the section <c>RdsIam:MySqlConnector</c>.
    /// </param>
    /// <param name="name">The connection's name.</param>
    /// <param name="configureSettings">Changes the settings after they were read from the configuration. Called more than once.</param>
    /// <param name="configureDataSourceBuilder">Changes the driver's builder.</param>
    /// <exception cref="InvalidOperationException">One is registered without a key already, or a setting cannot be read.</exception>
    public static IServiceCollection AddRdsIamMySqlDataSource(
        this IServiceCollection services, IConfiguration configuration, string name, Action<RdsIamMySqlSettings>? configureSettings = null,
        Action<MySqlDataSourceBuilder>? configureDataSourceBuilder = null)
    {
        Registration.Add(services, configuration, name, key: null, configureSettings, configureDataSourceBuilder);
        return services;
    }

    /// <summary>As <see cref="RdsIamMySqlHostingExtensions.AddKeyedRdsIamMySqlDataSource"/>.</summary>
    /// <inheritdoc cref="AddRdsIamMySqlDataSource" path="/param"/>
    /// <inheritdoc cref="AddRdsIamMySqlDataSource" path="/exception"/>
    public static IServiceCollection AddKeyedRdsIamMySqlDataSource(
        this IServiceCollection services, IConfiguration configuration, string name, Action<RdsIamMySqlSettings>? configureSettings = null,
        Action<MySqlDataSourceBuilder>? configureDataSourceBuilder = null)
    {
        Registration.Add(services, configuration, name, key: name, configureSettings, configureDataSourceBuilder);
        return services;
    }
}
