using RdsIamAspire;
using RdsIamAspire.MySqlConnector;
using RdsIamAspire.MySqlConnector.Logins;

namespace MySqlConnector;

/// <summary>IAM logins for <see cref="MySqlDataSource"/>.</summary>
public static class RdsIamMySqlDataSourceExtensions
{
    /// <summary>
    /// Makes the data source log in to RDS or Aurora MySQL with IAM: fresh tokens, the server's certificate verified, no password.
    /// </summary>
    /// <param name="builder">A builder whose connection string has server and user, and no password.</param>
    /// <param name="configure">Region, signed host, CA, credentials; on RDS none is needed.</param>
    /// <example>
    /// <code>
    /// await using var db = new MySqlDataSourceBuilder("Server=orders.abc123.eu-west-1.rds.amazonaws.com;User
    /// ID=orders_app;Database=orders")
    ///     .UseRdsIamAuth()
    ///     .Build();
    /// </code>
    /// </example>
    public static RdsIamMySqlDataSourceBuilder UseRdsIamAuth(this MySqlDataSourceBuilder builder,
        Action<RdsIamAuthOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new RdsIamAuthOptions();
        configure?.Invoke(options);
        return new RdsIamMySqlDataSourceBuilder(builder, options);
    }

    /// <summary>
    /// Opens a connection; when the server refuses an old token (revoked credentials, a clock that was set), tries once more with a new
    /// one.
    /// The <see cref="System.Data.Common.DbDataSource"/> that <c>AddRdsIamMySqlDataSource</c> registers opens its connections this way.
    /// </summary>
    /// <exception cref="MySqlException">
    /// The connection cannot be opened. After an Access denied the log says what was signed for, and what to check.
    /// </exception>
    /// <exception cref="InvalidOperationException">The data source was not built with <see cref="UseRdsIamAuth"/>.</exception>
    /// <exception cref="RdsAuthTokenException">No token could be made; the message says what is missing.</exception>
    public static async ValueTask<MySqlConnection> OpenRdsIamConnectionAsync(this MySqlDataSource dataSource,
        CancellationToken cancellationToken = default)
    {
        var login = LoginOf(dataSource);
        var connection = dataSource.CreateConnection();
        try
        {
            await Opening.OpenAsync(login, connection, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>As <see cref="OpenRdsIamConnectionAsync"/>, blocking.</summary>
    /// <inheritdoc cref="OpenRdsIamConnectionAsync" path="/exception"/>
    public static MySqlConnection OpenRdsIamConnection(this MySqlDataSource dataSource)
    {
        var login = LoginOf(dataSource);
        var connection = dataSource.CreateConnection();
        try
        {
            Opening.Open(login, connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Awaits a live token for the data source's next login, so that an open that follows waits for no credentials once its socket is
    /// open: for frameworks that open
    /// connections of their own, such as an interceptor of EF Core.
    /// </summary>
    /// <exception cref="InvalidOperationException">The data source was not built with <see cref="UseRdsIamAuth"/>.</exception>
    /// <exception cref="RdsAuthTokenException">No token could be made; the message says what is missing.</exception>
    public static ValueTask PrepareRdsIamLoginAsync(this MySqlDataSource dataSource, CancellationToken cancellationToken = default) =>
        LoginOf(dataSource).ReadyAsync(cancellationToken);

    /// <summary>As <see cref="PrepareRdsIamLoginAsync"/>, blocking.</summary>
    /// <inheritdoc cref="PrepareRdsIamLoginAsync" path="/exception"/>
    public static void PrepareRdsIamLogin(this MySqlDataSource dataSource) => LoginOf(dataSource).Ready();

    /// <summary>
    /// After an open that ended with Access denied: forgets the token if it was an old one, and says in the log what was signed for. True
    /// when another open is worth it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The data source was not built with <see cref="UseRdsIamAuth"/>.</exception>
    public static bool ForgetRefusedRdsIamToken(this MySqlDataSource dataSource, MySqlException denied)
    {
        ArgumentNullException.ThrowIfNull(denied);
        return denied.ErrorCode == MySqlErrorCode.AccessDenied && LoginOf(dataSource).ForgetRefused(denied);
    }

    private static RdsIamLogin LoginOf(MySqlDataSource dataSource)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return RdsIamLogin.Of(dataSource)
            ?? throw new InvalidOperationException("This MySqlDataSource does not log in with IAM: build it with new "
                + "MySqlDataSourceBuilder(…).UseRdsIamAuth().Build().");
    }
}
