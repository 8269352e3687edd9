using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Emulator.Tests.Servers;

/// <summary>Server, emulator, database and users in one call.</summary>
public sealed class LocalRdsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_environment_tells_a_process_in_any_language_all_that_it_needs_and_no_password()
    {
        await using var rds = await StartAsync();

        var environment = rds.GetEnvironment("orders-db");

        Assert.Equal($"{rds.Server.Host} {rds.Server.Port} orders_app orders us-east-1",
            $"{environment["ORDERS_DB_HOST"]} {environment["ORDERS_DB_PORT"]} {environment["ORDERS_DB_USERNAME"]}"
                + $" {environment["ORDERS_DB_DATABASENAME"]} {environment["ORDERS_DB_REGION"]}");
        Assert.StartsWith($"mysql://orders_app@{rds.Server.Host}:{rds.Server.Port}/orders?ssl=%7B%22ca%22%3A%22-----BEGIN",
            environment["ORDERS_DB_URI"], StringComparison.Ordinal);
        Assert.EndsWith("%22verifyIdentity%22%3Atrue%7D", environment["ORDERS_DB_URI"], StringComparison.Ordinal);
        Assert.Equal($"jdbc:mysql://{rds.Server.Host}:{rds.Server.Port}/orders?sslMode=VERIFY_IDENTITY"
            + $"&trustCertificateKeyStoreUrl=file://{Path.ChangeExtension(rds.CaCertificatePath, ".p12")}&trustCertificateKeyStoreType=PKCS12",
            environment["ORDERS_DB_JDBCCONNECTIONSTRING"]);
        Assert.Equal(rds.CaCertificatePath, environment["ORDERS_DB_CACERTIFICATEPATH"]);
        Assert.Equal("us-east-1", environment["RdsIam__MySqlConnector__orders-db__Region"]);
        Assert.All(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION"],
            name => Assert.True(environment.ContainsKey(name), name));
        var connection = new MySqlConnectionStringBuilder(environment["ConnectionStrings__orders-db"]);
        Assert.Equal(("", MySqlSslMode.VerifyFull, "orders_app", "orders"),
            (connection.Password, connection.SslMode, connection.UserID, connection.Database));
        var password = new MySqlConnectionStringBuilder(rds.Server.AdminConnectionString).Password;
        Assert.DoesNotContain(environment.Values, value => value.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_logs_in_as_its_own_user_and_before_and_after_a_restart()
    {
        await using var rds = await StartAsync();

        Assert.Equal("orders_app@% in orders", await WhoAsync(rds));

        await rds.RestartAsync(Cancel);
        Assert.Equal("orders_app@% in orders", await WhoAsync(rds));
    }

    [Fact]
    public async Task A_rotation_leaves_clients_that_read_the_CA_file_working()
    {
        await using var rds = await StartAsync();
        var before = await File.ReadAllTextAsync(rds.CaCertificatePath, Cancel);

        await rds.RotateCertificateAuthorityAsync(Cancel);

        Assert.NotEqual(before, await File.ReadAllTextAsync(rds.CaCertificatePath, Cancel));
        Assert.Equal("orders_app@% in orders", await WhoAsync(rds));
    }

    [Fact]
    public async Task The_master_user_creates_accounts_as_on_RDS_and_is_no_superuser()
    {
        var master = new LocalRdsMasterUser("admin", Guid.NewGuid().ToString("N"));
        await using var rds = await TestServer.StartRdsAsync(options => options.MasterUser = master, Cancel);
        var connection = $"Server={rds.Server.Host};Port={rds.Server.Port};User"
            + $" ID=admin;Password={master.Password};SslMode=VerifyFull;SslCa={rds.CaCertificatePath}";

        Assert.Null(await TestServer.ScalarAsync(connection,
            "CREATE USER jane_doe IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'; ALTER USER jane_doe REQUIRE SSL; GRANT SELECT ON shop.*"
                + " TO jane_doe", Cancel));

        var refused = await Assert.ThrowsAsync<MySqlException>(() =>
            TestServer.ScalarAsync(connection, "SET GLOBAL max_connections = 1", Cancel));
        Assert.Equal(1227, refused.Number); // ER_SPECIFIC_ACCESS_DENIED_ERROR
        Assert.DoesNotContain(master.Password, master.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_users_the_user_has_to_be_named()
    {
        await using var rds = await TestServer.StartRdsAsync(cancellationToken: Cancel);

        Assert.Equal("This local RDS was started without IAM users: name the user, or add it to LocalRdsOptions.IamUsers.",
            Assert.Throws<InvalidOperationException>(() => rds.GetConnectionString()).Message);
        Assert.Contains("User ID=somebody", rds.GetConnectionString("somebody"), StringComparison.Ordinal);
    }

    private static Task<LocalRds> StartAsync() => TestServer.StartRdsAsync(options =>
    {
        options.Database = "orders";
        options.IamUsers.Add("orders_app");
    }, Cancel);

    private static async Task<object?> WhoAsync(LocalRds rds)
    {
        var token = await rds.Emulator.CreateTokenAsync("orders_app", cancellationToken: Cancel);
        var connection = new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Password = token, Pooling = false };
        return await TestServer.ScalarAsync(connection.ConnectionString, "SELECT CONCAT(CURRENT_USER(), ' in ', DATABASE())", Cancel);
    }
}
