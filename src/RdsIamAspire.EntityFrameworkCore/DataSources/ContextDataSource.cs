using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MySqlConnector;

namespace RdsIamAspire.EntityFrameworkCore.DataSources;

/// <summary>The data source of one context type; ended with the container.</summary>
internal sealed class ContextDataSource(MySqlDataSource dataSource) : IAsyncDisposable, IDisposable
{
    public MySqlDataSource DataSource => dataSource;

    /// <summary>One that logs in with IAM and has the flags that Pomelo asks for.</summary>
    /// <exception cref="InvalidOperationException">The connection string cannot be one of an IAM login; the message says what to
    /// do.</exception>
    public static ContextDataSource Create(string name, RdsIamMySqlDbContextSettings settings, IServiceProvider services)
    {
        MySqlConnectionStringBuilder connection;
        try
        {
            connection = new MySqlConnectionStringBuilder(settings.ConnectionString!);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException($"The connection string for '{name}' cannot be read: {e.Message}", e);
        }

        // Pomelo refuses a data source without them.
        connection.AllowUserVariables = true;
        connection.UseAffectedRows = false;
        var logging = services.GetService<ILoggerFactory>() ?? settings.LoggerFactory;
        var driver = new MySqlDataSourceBuilder(connection.ConnectionString).UseLoggerFactory(logging).UseName(name);
        var source = driver.UseRdsIamAuth(options =>
        {
            options.Region = settings.Region;
            options.SignForHost = settings.SignForHost;
            options.SignForPort = settings.SignForPort;
            options.CaCertificatePath = settings.CaCertificatePath;
            options.Credentials = settings.Credentials;
            options.TokenSource = settings.TokenSource ?? services.GetService<RdsAuthTokenSource>();
            options.LoggerFactory = logging;
            options.TimeProvider = services.GetService<TimeProvider>() ?? settings.TimeProvider;
        });
        return new ContextDataSource(source.Build());
    }

    public ValueTask DisposeAsync() => dataSource.DisposeAsync();

    public void Dispose() => dataSource.Dispose();
}
