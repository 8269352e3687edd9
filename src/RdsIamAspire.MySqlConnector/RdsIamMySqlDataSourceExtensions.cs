using System.Runtime.ExceptionServices;
using RdsIamAspire;
using RdsIamAspire.MySqlConnector;
using RdsIamAspire.MySqlConnector.Logins;

namespace MySqlConnector;

/// <summary>IAM logins for <see cref="MySqlDataSource"/>.</summary>
public static class RdsIamMySqlDataSourceExtensions
{
    /// <summary>Makes the data source log in to RDS or Aurora MySQL with IAM: fresh tokens, the server's certificate verified, no password.</summary>
    /// <param name="builder">A builder whose connection string has server and user, and no password.</param>
    /// <param name="configure">Region, signed host, CA, credentials; on RDS none is needed.</param>
    /// <example>
    /// <code>
    /// await using var db = new MySqlDataSourceBuilder("Server=orders.abc123.eu-west-1.rds.amazonaws.com;User ID=orders_app;Database=orders")
    ///     .UseRdsIamAuth()
    ///     .Build();
    /// </code>
    /// </example>
    public static RdsIamMySqlDataSourceBuilder UseRdsIamAuth(this MySqlDataSourceBuilder builder, Action<RdsIamAuthOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new RdsIamAuthOptions();
        configure?.Invoke(options);
        return new RdsIamMySqlDataSourceBuilder(builder, options);
    }

    /// <summary>
    /// Opens a connection; when the server refuses an old token (revoked credentials, a clock that was set), tries once more with a new one.
    /// The <see cref="System.Data.Common.DbDataSource"/> that <c>AddRdsIamMySqlDataSource</c> registers opens its connections this way.
    /// </summary>
    /// <exception cref="MySqlException">The connection cannot be opened. After an Access denied the log says what was signed for, and what to check.</exception>
    /// <exception cref="InvalidOperationException">The data source was not built with <see cref="UseRdsIamAuth"/>.</exception>
    /// <exception cref="RdsAuthTokenException">No token could be made; the message says what is missing.</exception>
    public static async ValueTask<MySqlConnection> OpenRdsIamConnectionAsync(this MySqlDataSource dataSource, CancellationToken cancellationToken = default)
    {
        var login = LoginOf(dataSource);
        try
        {
            return await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MySqlException e) when (e.InnerException is RdsAuthTokenException)
        {
            // The driver calls it a failure to obtain client certificates, which is how it was asked for.
            ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.AccessDenied && login.ForgetRefused(e))
        {
            // COM_CHANGE_USER asks for no certificate: the new token has to be there before.
            await login.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal static MySqlConnection OpenRdsIamConnection(this MySqlDataSource dataSource)
    {
        var login = LoginOf(dataSource);
        try
        {
            return dataSource.OpenConnection();
        }
        catch (MySqlException e) when (e.InnerException is RdsAuthTokenException)
        {
            // The driver calls it a failure to obtain client certificates, which is how it was asked for.
            ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
        catch (MySqlException e) when (e.ErrorCode == MySqlErrorCode.AccessDenied && login.ForgetRefused(e))
        {
            login.RefreshAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return dataSource.OpenConnection();
        }
    }

    private static RdsIamLogin LoginOf(MySqlDataSource dataSource)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return RdsIamLogin.Of(dataSource)
            ?? throw new InvalidOperationException("This MySqlDataSource does not log in with IAM: build it with new MySqlDataSourceBuilder(…).UseRdsIamAuth().Build().");
    }
}
