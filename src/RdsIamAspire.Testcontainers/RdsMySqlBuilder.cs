using DotNet.Testcontainers.Images;
using DotNet.Testcontainers.Networks;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;
using Testcontainers.MySql;

namespace RdsIamAspire.Testcontainers;

/// <summary>
/// Builds a MySQL container with the RDS IAM emulator attached: users log in with real IAM auth tokens that are really checked, over
/// verified TLS. Immutable, as every Testcontainers builder: each call returns a new one.
/// </summary>
/// <example>
/// <code>
/// await using var rds = new RdsMySqlBuilder("mysql:8.4").WithIamUser("orders_app").Build();
/// await rds.StartAsync();
/// await using var dataSource = rds.CreateDataSource("orders_app");
/// </code>
/// </example>
public sealed partial class RdsMySqlBuilder
{
    private readonly RdsMySqlConfiguration _configuration;

    /// <summary>Starts from an image.</summary>
    /// <param name="image">Any MySQL image, 8.0 or later, such as <c>mysql:8.4</c>.</param>
    public RdsMySqlBuilder(string image)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(image);
        _configuration = new RdsMySqlConfiguration { Image = image };
    }

    /// <summary>Starts from an image.</summary>
    /// <param name="image">Any MySQL image, 8.0 or later.</param>
    public RdsMySqlBuilder(IImage image)
        : this((image ?? throw new ArgumentNullException(nameof(image))).FullName)
    {
    }

    private RdsMySqlBuilder(RdsMySqlConfiguration configuration) => _configuration = configuration;

    /// <summary>The database that the users get; <c>test</c> unless told otherwise, as in Testcontainers.MySql.</summary>
    public RdsMySqlBuilder WithDatabase(string database)
    {
        ArgumentException.ThrowIfNullOrEmpty(database);
        return new(_configuration with { Database = database });
    }

    /// <summary>A user that logs in with tokens and has all privileges on the database.</summary>
    public RdsMySqlBuilder WithIamUser(string user)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        return new(_configuration with { IamUsers = [.. _configuration.IamUsers, new RdsMySqlIamUser(user, null)] });
    }

    /// <summary>A user that logs in with tokens and has the given privileges.</summary>
    /// <param name="user">The user, at any host.</param>
    /// <param name="grants">
    /// What it may do, each the part of a GRANT statement between GRANT and TO: <c>SELECT, INSERT ON orders.*</c>.
    /// </param>
    public RdsMySqlBuilder WithIamUser(string user, params string[] grants)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentNullException.ThrowIfNull(grants);
        return new(_configuration with { IamUsers = [.. _configuration.IamUsers, new RdsMySqlIamUser(user, [.. grants])] });
    }

    /// <summary>
    /// A user that logs in with a password, for what an application has beside IAM; it has all privileges on the database.
    /// </summary>
    public RdsMySqlBuilder WithPasswordUser(string user, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentException.ThrowIfNullOrEmpty(password);
        return new(_configuration with { PasswordUsers = [.. _configuration.PasswordUsers, new RdsMySqlPasswordUser(user, password)] });
    }

    /// <summary>
    /// A SQL file (<c>.sql</c>, <c>.sql.gz</c>), or a folder of them, that is run as root in the builder's database once plugin, database
    /// and users are there, after those given before it. DELIMITER lines are understood.
    /// </summary>
    public RdsMySqlBuilder WithInitScript(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(_configuration with { InitScripts = [.. _configuration.InitScripts, path] });
    }

    /// <summary>The region that tokens must be signed for; us-east-1 unless told otherwise.</summary>
    public RdsMySqlBuilder WithRegion(string region)
    {
        ArgumentException.ThrowIfNullOrEmpty(region);
        return new(_configuration with { Region = region });
    }

    /// <summary>The DbiResourceId, cluster or proxy id that policies name.</summary>
    public RdsMySqlBuilder WithResourceId(string resourceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(resourceId);
        return new(_configuration with { ResourceId = resourceId });
    }

    /// <summary>Who may sign tokens, with which policies; without any, one principal that may connect as every user.</summary>
    public RdsMySqlBuilder WithPrincipal(EmulatorPrincipal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return new(_configuration with { Principals = [.. _configuration.Principals, principal] });
    }

    /// <summary>The one principal's policy, as JSON.</summary>
    /// <param name="policy">An IAM policy document on <c>rds-db:connect</c>.</param>
    public RdsMySqlBuilder WithPolicy(string policy) =>
        WithPrincipal(EmulatorPrincipal.Create("arn:aws:sts::123456789012:assumed-role/orders/test", policy, temporary: true));

    /// <summary>The clock that tokens are made and judged by, such as a FakeTimeProvider; the server's own clock is not touched.</summary>
    public RdsMySqlBuilder WithClock(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return new(_configuration with { Clock = clock });
    }

    /// <summary>The oldest TLS version that the server speaks; 1.2 unless told otherwise.</summary>
    public RdsMySqlBuilder WithMinimumTls(MinimumTlsVersion version) => new(_configuration with { MinimumTls = version });

    /// <summary>More DNS names or addresses that the server's certificate is good for and that tokens may be signed for.</summary>
    public RdsMySqlBuilder WithEndpoint(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new(_configuration with { Names = [.. _configuration.Names, .. names] });
    }

    /// <summary>
    /// Joins a container network under these names: other containers on it reach the server by them at port 3306, sign for that, and can
    /// verify its certificate.
    /// </summary>
    /// <param name="network">The network, made with Testcontainers' NetworkBuilder.</param>
    /// <param name="aliases">The server's names on it, at least one.</param>
    public RdsMySqlBuilder WithNetwork(INetwork network, params string[] aliases)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(aliases);
        if (aliases.Length == 0 || aliases.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException(
                "Give at least one name that the server has on the network; tokens are signed for it.",
                nameof(aliases));
        return new RdsMySqlBuilder(_configuration with { NetworkAliases = [.. _configuration.NetworkAliases, .. aliases] })
            .WithMySqlBuilder(mysql => mysql.WithNetwork(network).WithNetworkAliases(aliases));
    }

    /// <summary>
    /// Tokens that the test hands out itself in place of signed ones, for tests without any AWS SDK:
    /// <see cref="RdsMySqlContainer.CreateToken"/> and <see cref="RdsMySqlContainer.AcceptToken"/>. Expiry, faults and policies work as
    /// with signed ones.
    /// </summary>
    public RdsMySqlBuilder WithMockedTokens() => new(_configuration with { MockedTokens = true });

    /// <summary>
    /// A mysqld process in place of a container, for machines without Docker: the one on the PATH or the one that <c>rds-iam server
    /// prepare</c> unpacked. RDS_IAM_SERVER=mysqld in the environment does the same.
    /// </summary>
    public RdsMySqlBuilder WithoutDocker() => new(_configuration with { WithoutDocker = true });

    /// <summary>How long the server may take until it answers a login, 60 s unless told otherwise.</summary>
    public RdsMySqlBuilder WithStartTimeout(TimeSpan timeout) => new(_configuration with { StartTimeout = timeout });

    /// <summary>Where logins and denials with their reasons are written.</summary>
    public RdsMySqlBuilder WithLoggerFactory(ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        return new(_configuration with { LoggerFactory = loggerFactory });
    }

    /// <summary>
    /// Every other option of a container: mounts, labels, resource limits, mysqld's arguments (<c>WithCommand</c>), and MySqlBuilder's own
    /// user with a password (<c>WithUsername</c>, <c>WithPassword</c>).
    /// </summary>
    /// <remarks>
    /// Image, entrypoint and wait strategy are this builder's. Files in /docker-entrypoint-initdb.d are not run: give them to
    /// <see cref="WithInitScript"/>.
    /// </remarks>
    /// <param name="configure">Gets MySqlBuilder and returns it with more options.</param>
    public RdsMySqlBuilder WithMySqlBuilder(Func<MySqlBuilder, MySqlBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var before = _configuration.Configure;
        return new(_configuration with { Configure = builder => configure(before(builder)) });
    }

    /// <summary>The container, not started yet.</summary>
    public RdsMySqlContainer Build() => new(_configuration);
}
