using System.Data.Common;
using global::MySqlConnector;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>
/// An outage of credentials, against a server that blocks a host after ten handshakes that were left half-way.
/// </summary>
public sealed class OutageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifteen_failed_logins_of_every_path_do_not_lock_the_host_out_and_name_the_credentials()
    {
        await using var server = await BlockingRds.StartAsync(Stop);
        var from = server.ConnectionStringFrom("127.0.0.5");
        using var host = HostWithoutCredentials(server, from);
        Assert.True(await BlockingRds.LetsInAsync(from, Stop));

        foreach (var (path, open) in Paths(host.Services))
        {
            for (var i = 0; i < 15; i++)
            {
                var message = await open();
                Assert.Contains("The AWS credentials of the Credentials option (NoCredentials) could not be had: Unable to find "
                    + "credentials.", message,
                    StringComparison.Ordinal);
            }

            Assert.Equal((path, 0), (path, await server.HandshakeErrorsAsync(Stop)));
            Assert.True(await BlockingRds.LetsInAsync(from, Stop), path);
        }

        // The same server does lock out a host that leaves handshakes half-way, and that host alone.
        var other = server.ConnectionStringFrom("127.0.0.6");
        Assert.True(await BlockingRds.LetsInAsync(other, Stop));
        await server.SkipUnlessHostsAreCountedAsync(Stop);
        await server.LeaveHalfwayAsync(other, times: 10, Stop);
        Assert.False(await BlockingRds.LetsInAsync(other, Stop));
        Assert.True(await BlockingRds.LetsInAsync(from, Stop));
    }

    [Fact]
    public async Task An_open_that_blocks_opens_no_socket_without_a_token()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        await using var dataSource = new MySqlDataSourceBuilder($"Server=127.0.0.1;Port={port};User ID=app")
            .UseRdsIamAuth(o =>
            {
                o.Region = "eu-west-1";
                o.Credentials = new NoCredentials();
            })
            .Build();

        foreach (var open in new Func<MySqlConnection>[]
        {
            dataSource.OpenConnection, dataSource.OpenRdsIamConnection,
            () =>
            {
                var connection = dataSource.CreateConnection();
                connection.Open();
                return connection;
            },
        })
        {
            var failure = Assert.ThrowsAny<Exception>(open);
            Assert.Contains("could not be had: Unable to find credentials.", failure.ToString(), StringComparison.Ordinal);
            Assert.False(listener.Pending());
        }
    }

    private static IHost HostWithoutCredentials(BlockingRds server, string connectionString)
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = connectionString + ";AllowUserVariables=true;UseAffectedRows=false";
        builder.AddRdsIamMySqlDataSource("orders", s => { s.Use(server.Rds); s.Credentials = new NoCredentials(); });
        builder.Services.AddDbContext<Shop>((services, options) => options
            .UseMySql(services.GetRequiredService<MySqlDataSource>(), new MySqlServerVersion(new Version(8, 0, 36)))
            .AddInterceptors(new TokenBeforeSocket(services.GetRequiredService<MySqlDataSource>())));
        return builder.Build();
    }

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
