using MySqlConnector;
using RdsIamAspire.MySqlConnector.Configuration;
using RdsIamAspire.MySqlConnector.Logins;
using RdsIamAspire.MySqlConnector.Tls;

namespace RdsIamAspire.MySqlConnector;

/// <summary>Builds a <see cref="MySqlDataSource"/> whose connections log in with IAM.</summary>
#pragma warning disable CA1001 // The login lives as long as the data source that it serves, and notices its end.
public sealed class RdsIamMySqlDataSourceBuilder
{
    /// <summary>
    /// How often the driver asks again for a password, when its own builder builds the data source. Reading a live token costs nothing.
    /// </summary>
    private static readonly TimeSpan DriverAsksEvery = TimeSpan.FromSeconds(2);

    private static readonly Lazy<RdsAuthTokenSource> SharedSource = new(() => new RdsAuthTokenSource());

    private readonly (string Server, uint Port, string User) _plannedFor;
    private readonly RdsIamLogin _login;
    private bool _built;

#pragma warning restore CA1001

    internal RdsIamMySqlDataSourceBuilder(MySqlDataSourceBuilder driver, RdsIamAuthOptions options)
    {
        Driver = driver;
        var connection = driver.ConnectionStringBuilder;
        var plan = RdsIamConnectionPlan.Create(connection, options);
        var verification = new ServerVerification(plan);
        var source = options.TokenSource is { } given ? (given, false)
            : options.CreateOwnSource() is { } own ? (own, true)
            : (SharedSource.Value, false);
        var request = plan.CreateRequest(options);
        _login = new RdsIamLogin(
            source, request, verification.NoClientCertificate,
            connection.ConnectionTimeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(connection.ConnectionTimeout), options)
        {
            Failover = FailoverWatch.For(request.Host, connection.Server, options),
        };
        _plannedFor = (connection.Server, connection.Port, connection.UserID);

        // Required is the mode in which the driver leaves the certificate to a callback; this one is as strict as VerifyFull.
        connection.SslMode = MySqlSslMode.Required;
        connection.SslCa = "";
        Driver.UseRemoteCertificateValidationCallback(verification.Validate)
            .UseClientCertificatesCallback(_login.PrepareAsync)
            .UseConnectionOpenedCallback(_login.OpenedAsync)
            // For a data source that the driver's own Build() makes, as its other Use… methods allow; ours sets the password itself.
            .UsePeriodicPasswordProvider(_login.ProvideAsync, DriverAsksEvery, DriverAsksEvery);
        if (DriverLog.CanRead(driver))
            Driver.UseLoggerFactory(new DriverLog(DriverLog.Of(driver) ?? options.LoggerFactory, _login));
        else
            _login.DropPace();
    }

    /// <summary>
    /// The driver's builder, for everything that has nothing to do with IAM. Its own <c>Build()</c> logs in with IAM too.
    /// </summary>
    public MySqlDataSourceBuilder Driver { get; }

    /// <summary>Builds the data source, and starts making the first token in the background. Once for each <c>UseRdsIamAuth</c>.</summary>
    /// <exception cref="InvalidOperationException">
    /// Server, port, user or password were changed after <c>UseRdsIamAuth</c>, or it was built already.
    /// </exception>
    public MySqlDataSource Build() => BuildWithLogin().DataSource;

    /// <summary>
    /// As <see cref="Build"/>, with the first token made: missing credentials or a missing region are said here and not at the first
    /// open.
    /// </summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Build"/>.</exception>
    /// <exception cref="RdsAuthTokenException">No token could be made; the message says what is missing.</exception>
    public async Task<MySqlDataSource> BuildAsync(CancellationToken cancellationToken = default)
    {
        var (dataSource, login) = BuildWithLogin();
        try
        {
            await login.RefreshAsync(cancellationToken).ConfigureAwait(false);
            return dataSource;
        }
        catch
        {
            login.Dispose();
            await dataSource.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal (MySqlDataSource DataSource, RdsIamLogin Login) BuildWithLogin()
    {
        var connection = Driver.ConnectionStringBuilder;
        if (connection.Password.Length > 0)
            throw RdsIamConnectionPlan.HasPassword();
        if (_plannedFor != (connection.Server, connection.Port, connection.UserID))
        {
            throw new InvalidOperationException(
                "Server, Port or User ID of the connection string were changed after UseRdsIamAuth, which has planned the login for "
                    + "the others: set them before.");
        }

        if (_built)
            throw new InvalidOperationException("This builder has built its data source: call UseRdsIamAuth on a new "
                + "MySqlDataSourceBuilder for another.");
        _built = true;
        Driver.UsePeriodicPasswordProvider(null, default, default);
        var dataSource = Driver.Build();
        _login.Attach(dataSource);
        return (dataSource, _login);
    }
}
