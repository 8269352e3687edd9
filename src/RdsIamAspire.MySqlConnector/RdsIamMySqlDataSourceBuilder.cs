using MySqlConnector;
using RdsIamAspire.MySqlConnector.Configuration;
using RdsIamAspire.MySqlConnector.Logins;
using RdsIamAspire.MySqlConnector.Tls;

namespace RdsIamAspire.MySqlConnector;

/// <summary>Builds a <see cref="MySqlDataSource"/> whose connections log in with IAM.</summary>
public sealed class RdsIamMySqlDataSourceBuilder
{
    private static readonly Lazy<RdsAuthTokenSource> SharedSource = new(() => new RdsAuthTokenSource());

    private readonly RdsIamAuthOptions _options;

    internal RdsIamMySqlDataSourceBuilder(MySqlDataSourceBuilder driver, RdsIamAuthOptions options)
    {
        Driver = driver;
        _options = options;
    }

    /// <summary>The driver's builder, for everything that has nothing to do with IAM.</summary>
    public MySqlDataSourceBuilder Driver { get; }

    /// <summary>Builds the data source. It makes no token yet: each login awaits one when it needs it, and later ones find it made.</summary>
    /// <exception cref="InvalidOperationException">The connection string cannot be an IAM login (a password, a TLS mode that does not encrypt, no user …), or a CA cannot be found.</exception>
    public MySqlDataSource Build() => BuildWithLogin().DataSource;

    /// <summary>As <see cref="Build"/>, with the first token made: missing credentials or a missing region are said here and not at the first open.</summary>
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
        var plan = RdsIamConnectionPlan.Create(connection, _options);
        var verification = new ServerVerification(plan);
        var login = new RdsIamLogin(
            _options.TokenSource ?? SharedSource.Value, plan.CreateRequest(_options), verification.NoClientCertificate,
            connection.ConnectionTimeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(connection.ConnectionTimeout), _options);

        // Required is the mode in which the driver leaves the certificate to a callback; this one is as strict as VerifyFull.
        connection.SslMode = MySqlSslMode.Required;
        connection.SslCa = "";
        Driver.UseRemoteCertificateValidationCallback(verification.Validate)
            .UseClientCertificatesCallback(login.PrepareAsync)
            .UseConnectionOpenedCallback(login.OpenedAsync);
        var dataSource = Driver.Build();
        login.Attach(dataSource);
        return (dataSource, login);
    }
}
