using Dapper;
using Microsoft.Extensions.Time.Testing;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Testcontainers.Tests.Examples;

/// <summary>The five tests that every application with IAM logins should have. docs/testing.md shows them; they run here.</summary>
public sealed class FiveTestsOfEveryIamApplication
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // 1. A token is good for 15 minutes and not one second more.
    [Fact]
    public async Task An_expired_token_is_denied()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").WithClock(clock).Build();
        await rds.StartAsync(Cancel);
        var token = rds.CreateToken("orders_app");

        clock.Advance(TimeSpan.FromMinutes(15));

        await Assert.ThrowsAsync<MySqlException>(() => LogInAsync(rds, token));
        rds.ShouldHaveDenied(LoginDenial.TokenExpired);
    }

    // 2. The role's policy names another user, or the instance's name in place of its resource id.
    [Fact]
    public async Task A_policy_without_this_user_denies_the_login()
    {
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").WithResourceId("db-ABCDEFGHIJKL01234").WithPolicy("""
            {
              "Version": "2012-10-17",
              "Statement": [{
                "Effect": "Allow",
                "Action": "rds-db:connect",
                "Resource": "arn:aws:rds-db:us-east-1:123456789012:dbuser:db-ABCDEFGHIJKL01234/billing_app"
              }]
            }
            """).Build();
        await rds.StartAsync(Cancel);

        await Assert.ThrowsAsync<MySqlException>(() => LogInAsync(rds, rds.CreateToken("orders_app")));
        rds.ShouldHaveDenied(LoginDenial.NotAuthorized);
    }

    // 3. The service runs in another region than the database, and signs for its own.
    [Fact]
    public async Task A_token_for_another_region_is_denied()
    {
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").WithRegion("eu-central-1").Build();
        await rds.StartAsync(Cancel);

        // The application's own code, told the wrong region.
        using var tokens = new RdsAuthTokenSource(new RdsAuthTokenSourceOptions { Credentials = Credentials(rds), Region = "us-east-1" });
        var token = await tokens.GetTokenAsync(new RdsAuthTokenRequest(rds.Server.Host, rds.Server.Port, "orders_app"), Cancel);

        await Assert.ThrowsAsync<MySqlException>(() => LogInAsync(rds, token.Value));
        rds.ShouldHaveDenied(LoginDenial.WrongRegion);
    }

    // 4. Connections outlive their token; what the pool opens later needs a new one.
    [Fact]
    public async Task A_pool_lives_on_past_the_life_of_its_first_token()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").WithClock(clock).Build();
        await rds.StartAsync(Cancel);
        await using var dataSource = rds.CreateDataSource("orders_app");
        await using var early = await dataSource.OpenConnectionAsync(Cancel);

        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, await early.ExecuteScalarAsync<int>("SELECT 1"));
        await using var late = await dataSource.OpenConnectionAsync(Cancel);
        Assert.Equal("orders_app@%", await late.ExecuteScalarAsync<string>("SELECT CURRENT_USER()"));
        Assert.Equal(2, rds.Logins.Count(attempt => attempt.Allowed));
    }

    // 5. AWS rotates the CA: whoever carries only the old bundle is out.
    [Fact]
    public async Task After_a_CA_rotation_only_the_new_bundle_gets_in()
    {
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").Build();
        await rds.StartAsync(Cancel);
        var oldBundle = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.Copy(rds.GetCaCertificatePath(), oldBundle);
        try
        {
            await rds.RotateCertificateAuthorityAsync(Cancel);

            await LogInAsync(rds, rds.CreateToken("orders_app"));
            await Assert.ThrowsAsync<MySqlException>(() => LogInAsync(rds, rds.CreateToken("orders_app"), oldBundle));
        }
        finally
        {
            File.Delete(oldBundle);
        }
    }

    private static Amazon.Runtime.SessionAWSCredentials Credentials(RdsMySqlContainer rds)
    {
        var environment = rds.GetAwsEnvironment();
        return new(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], environment["AWS_SESSION_TOKEN"]);
    }

    private static async Task LogInAsync(RdsMySqlContainer rds, string token, string? bundle = null)
    {
        var options = new MySqlConnectionStringBuilder(rds.GetConnectionString("orders_app")) { Password = token, Pooling = false };
        if (bundle is not null) options.SslCa = bundle;
        await using var connection = new MySqlConnection(options.ConnectionString);
        await connection.OpenAsync(Cancel);
    }
}
