using System.Data.Common;
using MySqlConnector;
using RdsIamAspire.MySqlConnector;
using RdsIamAspire.MySqlConnector.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers data sources that log in to RDS and Aurora MySQL with IAM.</summary>
public static class RdsIamMySqlHostingExtensions
{
    /// <summary>
    /// Registers a <see cref="MySqlDataSource"/> (and <see cref="MySqlConnection"/>, <see cref="DbDataSource"/>,
    /// <see cref="DbConnection"/>) that logs in with IAM,
    /// with a health check, tracing and metrics. The first token is made while the host starts.
    /// </summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">The connection's name: <c>ConnectionStrings:NAME</c> and the section <c>RdsIam:MySqlConnector:NAME</c>.</param>
    /// <param name="configureSettings">Changes the settings after they were read from the configuration. Called more than once.</param>
    /// <param name="configureDataSourceBuilder">Changes the driver's builder: its name, its type mappings, its tracing.</param>
    /// <remarks>
    /// The settings are the options <see cref="RdsIamMySqlSettings"/> of this name. They are checked when the host starts: a missing
    /// connection string, a password in it, no
    /// user or a TLS mode that does not encrypt stops it with a message that says what to do.
    /// </remarks>
    /// <exception cref="InvalidOperationException">One is registered without a key already, or a setting cannot be read.</exception>
    /// <example>
    /// <code>
    /// builder.AddRdsIamMySqlDataSource("orders");
    /// app.MapGet("/orders", async (DbDataSource db) => …);
    /// </code>
    /// </example>
    public static void AddRdsIamMySqlDataSource(
        this IHostApplicationBuilder builder, string name, Action<RdsIamMySqlSettings>? configureSettings = null,
        Action<MySqlDataSourceBuilder>? configureDataSourceBuilder = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        Registration.Add(builder.Services, builder.Configuration, name, key: null, configureSettings, configureDataSourceBuilder);
    }

    /// <summary>
    /// As <see cref="AddRdsIamMySqlDataSource"/>, as keyed services under the connection's name: for more than one database.
    /// </summary>
    /// <inheritdoc cref="AddRdsIamMySqlDataSource" path="/param"/>
    /// <inheritdoc cref="AddRdsIamMySqlDataSource" path="/exception"/>
    public static void AddKeyedRdsIamMySqlDataSource(
        this IHostApplicationBuilder builder, string name, Action<RdsIamMySqlSettings>? configureSettings = null,
        Action<MySqlDataSourceBuilder>? configureDataSourceBuilder = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        Registration.Add(builder.Services, builder.Configuration, name, key: name, configureSettings, configureDataSourceBuilder);
    }
}
