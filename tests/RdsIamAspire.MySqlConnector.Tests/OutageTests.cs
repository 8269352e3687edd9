using System.Data.Common;
using global::MySqlConnector;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>
/// An outage of credentials, against a server that blocks a host after ten handshakes that were left half-way (max_connect_errors, with
/// name resolution on: RDS has both).
/// </summary>
public sealed class OutageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twelve_failed_logins_of_every_path_do_not_lock_the_host_out_and_name_the_credentials()
    {
        // In a container: an unpacked mysqld has no resolver of its own, and a host whose name cannot be looked up is never blocked.
        await TestServer.SkipUnlessUsableAsync(new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Docker }, Stop);
        await using var rds = await TestServer.StartRdsAsync(
            o =>
            {
                o.Database = "orders";
                o.IamUsers.Add("orders_app");
                o.Server = o.Server with
                {
                    Kind = LocalMySqlServerKind.Docker,
                    ListenOnAllAddresses = true,
                    ServerArguments = ["--skip-name-resolve=OFF", "--performance-schema=ON", "--max-connect-errors=10"],
                };
            },
            Stop);
        var dialled = OwnAddress.NotLoopback() ?? throw new InvalidOperationException("This machine has no address but loopback.");
        await TestServer.ExecuteAsync(rds.Server, "CREATE USER pw@'%' IDENTIFIED BY 'A-made-up-Passw0rd' REQUIRE SSL", Stop);
        var iam = new MySqlConnectionStringBuilder(rds.GetConnectionString()) { Server = dialled, Pooling = false };
        var password = new MySqlConnectionStringBuilder(iam.ConnectionString)
        {
            UserID = "pw",
            Password = "A-made-up-Passw0rd",
            Database = "",
            SslMode = MySqlSslMode.VerifyCA,
        };
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = iam.ConnectionString + ";AllowUserVariables=true;UseAffectedRows=false";
        builder.AddRdsIamMySqlDataSource("orders", s =>
            { s.Use(rds); s.SignForHost = rds.Server.Host; s.Credentials = new NoCredentials(); });
        builder.Services.AddDbContext<Shop>((services, options) => options
            .UseMySql(services.GetRequiredService<MySqlDataSource>(), new MySqlServerVersion(new Version(8, 0, 36)))
            .AddInterceptors(new TokenBeforeSocket(services.GetRequiredService<MySqlDataSource>())));
        using var host = builder.Build();

        foreach (var (path, open) in Paths(host.Services))
        {
            for (var i = 0; i < 12; i++)
            {
                var message = await open();
                Assert.Contains("The AWS credentials of the Credentials option (NoCredentials) could not be had: Unable to find "
                    + "credentials.", message,
                    StringComparison.Ordinal);
            }

            Assert.Equal((path, 0), (path, await HandshakeErrorsAsync(rds.Server)));
            await using var other = new MySqlConnection(password.ConnectionString);
            await other.OpenAsync(Stop);
        }
    }

    private static async Task<long> HandshakeErrorsAsync(ILocalMySqlServer server) => Convert.ToInt64(
        await TestServer.ScalarAsync(server.AdminConnectionString,
            "SELECT COALESCE(SUM(COUNT_HANDSHAKE_ERRORS), 0) FROM performance_schema.host_cache", Stop),
        System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<(string Path, Func<Task<string>> Open)> Paths(IServiceProvider services)
    {
        yield return ("DbDataSource", () => SayAsync(() => services.GetRequiredService<DbDataSource>().OpenConnectionAsync(Stop).AsTask()));
        yield return ("DbDataSource, blocking", () => SayAsync(() => Task.Run(() =>
            services.GetRequiredService<DbDataSource>().OpenConnection(), Stop)));
        yield return ("MySqlDataSource", () => SayAsync(() =>
            services.GetRequiredService<MySqlDataSource>().OpenConnectionAsync(Stop).AsTask()));
        yield return ("MySqlDataSource, blocking", () => SayAsync(() => Task.Run(() =>
            services.GetRequiredService<MySqlDataSource>().OpenConnection(), Stop)));
        yield return ("MySqlConnection", () => SayAsync(async () => await services.GetRequiredService<MySqlConnection>().OpenAsync(Stop)));
        yield return ("MySqlConnection, blocking", () => SayAsync(() => Task.Run(() =>
            services.GetRequiredService<MySqlConnection>().Open(), Stop)));
        yield return ("EF Core", () => SayAsync(async () =>
        {
            await using var scope = services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Shop>().Database.ExecuteSqlRawAsync("DO 1", Stop);
        }));
        yield return ("EF Core, blocking", () => SayAsync(() => Task.Run(() =>
        {
            using var scope = services.CreateScope();
            scope.ServiceProvider.GetRequiredService<Shop>().Database.ExecuteSqlRaw("DO 1");
        }, Stop)));
        yield return ("health check", async () =>
            (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop)).Entries["RdsIamMySql"].Description ?? "");
    }

    /// <summary>What the failure says: its own words first, then those of what it wraps.</summary>
    private static async Task<string> SayAsync(Func<Task> open)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(open);
        return failure is RdsAuthTokenException ? failure.Message : failure.InnerException?.Message ?? failure.Message;
    }

    /// <summary>The interceptor of docs/client.md.</summary>
    private sealed class TokenBeforeSocket(MySqlDataSource dataSource) : DbConnectionInterceptor
    {
        public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData,
            InterceptionResult result)
        {
            dataSource.PrepareRdsIamLogin();
            return result;
        }

        public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result,
                CancellationToken cancellationToken = default)
        {
            await dataSource.PrepareRdsIamLoginAsync(cancellationToken);
            return result;
        }
    }

    private sealed class Shop(DbContextOptions<Shop> options) : DbContext(options);
}
