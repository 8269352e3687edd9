using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.EntityFrameworkCore.Resilience;

namespace RdsIamAspire.EntityFrameworkCore.Tests;

/// <summary>A context of a service, against a real server that asks for tokens.</summary>
public sealed class ContextTests(SharedRds shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_line_gives_a_context_that_writes_and_reads()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var host =
            Build(shared.Rds, database.ConnectionString, builder => builder.AddRdsIamMySqlDbContext<Store>("orders", Sign(shared.Rds)));
        await WriteAsync(host);
        await using var scope = host.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<Store>();
        Assert.Equal("tea", (await store.Orders.SingleAsync(Stop)).Article);
        Assert.IsType<RdsIamExecutionStrategy>(store.Database.CreateExecutionStrategy());
        Assert.Equal(
            $"{database.User}@%",
            (await store.Database.SqlQueryRaw<string>("SELECT CURRENT_USER() AS Value").ToListAsync(Stop)).Single());
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        Assert.Equal(HealthStatus.Healthy, health.Entries[nameof(Store)].Status);
    }

    [Fact]
    public async Task A_context_that_the_application_registers_logs_in_with_IAM_too()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var host = Build(shared.Rds, database.ConnectionString, builder =>
        {
            builder.Services.AddDbContextPool<Store>(options => options.UseMySql(
                builder.Configuration.GetConnectionString("orders"), new MySqlServerVersion(new Version(8, 4, 0)), mysql =>
                    mysql.CommandTimeout(17)));
            builder.EnrichRdsIamMySqlDbContext<Store>(Sign(shared.Rds));
        });
        await WriteAsync(host);
        await using var scope = host.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<Store>();
        Assert.Equal("tea", (await store.Orders.SingleAsync(Stop)).Article);
        Assert.Equal(17, store.Database.GetCommandTimeout());
        Assert.IsType<RdsIamExecutionStrategy>(store.Database.CreateExecutionStrategy());
    }

    [Fact]
    public async Task A_refused_old_token_is_renewed_by_the_execution_strategy()
    {
        await using var rds = await TestServer.StartRdsAsync(cancellationToken: Stop);
        await rds.Emulator.CreateIamUserAsync("app", "orders", Stop);
        using var host = Build(rds, rds.GetConnectionString("app", "orders") + ";Pooling=false", builder =>
            builder.AddRdsIamMySqlDbContext<Store>("orders", Sign(rds)));
        await WriteAsync(host);
        rds.Emulator.Faults.ExpireAllTokens();
        // A token is dated in whole seconds: one of this second counts as made before.
        var second = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await TestServer.EventuallyAsync(
            () => Task.FromResult(DateTimeOffset.UtcNow.ToUnixTimeSeconds() > second),
            "the next second",
            Stop);
        await using var scope = host.Services.CreateAsyncScope();
        Assert.Equal("tea", (await scope.ServiceProvider.GetRequiredService<Store>().Orders.SingleAsync(Stop)).Article);
    }

    [Fact]
    public void What_cannot_be_an_IAM_login_is_said_when_the_context_is_asked_for()
    {
        using var missing = Build(shared.Rds, null, builder => builder.AddRdsIamMySqlDbContext<Store>("orders"));
        Assert.Equal(
            "There is no connection string for 'orders': set 'ConnectionStrings:orders' or "
                + "'RdsIam:EntityFrameworkCore:Store:ConnectionString', "
            + "for example Server=HOST;User ID=USER;Database=DATABASE. An AppHost sets it with WithReference, 'rds-iam local' by itself.",
            Assert.Throws<InvalidOperationException>(() => missing.Services.GetRequiredService<Store>()).Message);

        using var password = Build(shared.Rds, "Server=db.example.com;User ID=app;Password=not-to-be-shown", builder =>
            builder.AddRdsIamMySqlDbContext<Store>("orders", settings => settings.DisableHealthChecks = true));
        var refused = Assert.Throws<InvalidOperationException>(() => password.Services.GetRequiredService<Store>());
        Assert.StartsWith("The connection string for an IAM login has a Password.", refused.Message);
        Assert.DoesNotContain("not-to-be-shown", refused.ToString());

        using var version = Build(shared.Rds, "Server=db.example.com;User ID=app", builder =>
            builder.AddRdsIamMySqlDbContext<Store>("orders", settings => settings.ServerVersion = "newest"));
        Assert.Equal("ServerVersion 'newest' is not a version of MySQL: give one such as 8.0.36.",
            Assert.Throws<InvalidOperationException>(() => version.Services.GetRequiredService<Store>()).Message);

        var unregistered = Assert.Throws<InvalidOperationException>(() => new HostApplicationBuilder().EnrichRdsIamMySqlDbContext<Store>());
        Assert.StartsWith("The context Store is not registered", unregistered.Message);
    }

    [Fact]
    public void Settings_come_from_the_sections_and_that_of_the_context_wins()
    {
        RdsIamMySqlDbContextSettings? seen = null;
        Build(shared.Rds, "Server=db.example.com;User ID=app", builder =>
        {
            builder.Configuration["RdsIam:MySqlConnector:orders:Region"] = "us-east-1";
            builder.Configuration["RdsIam:EntityFrameworkCore:MaxRetryCount"] = "1";
            builder.Configuration["RdsIam:EntityFrameworkCore:orders:MaxRetryCount"] = "2";
            builder.Configuration["RdsIam:EntityFrameworkCore:Store:MaxRetryCount"] = "3";
            builder.Configuration["RdsIam:EntityFrameworkCore:Store:CommandTimeout"] = "60";
            builder.AddRdsIamMySqlDbContext<Store>("orders", settings => seen = settings);
        }).Dispose();
        Assert.Equal(("us-east-1", 3, 60), (seen!.Region, seen.MaxRetryCount, seen.CommandTimeout));
    }

    [Fact]
    public async Task Nothing_is_dialled_before_a_query_and_the_flags_and_version_are_ours()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        // What Pomelo would refuse is put right, what it does not care about is kept.
        var given = $"Server=127.0.0.1;Port={port};User ID=app;Database=orders;SslCa={shared.Rds.CaCertificatePath};"
            + "UseAffectedRows=true;AllowUserVariables=false;ConnectionTimeout=7";
        using var host = Build(shared.Rds, given, builder => builder.AddRdsIamMySqlDbContext<Store>("orders", settings =>
        {
            Sign(shared.Rds)(settings);
            settings.ServerVersion = "8.4.3";
        }));
        await host.StartAsync(Stop);
        await using var scope = host.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<Store>();
        Assert.Contains("CREATE TABLE `Orders`", store.Database.GenerateCreateScript());
        var flags = new MySqlConnectionStringBuilder(store.Database.GetConnectionString()!);
        Assert.Equal((true, false, 7u), (flags.AllowUserVariables, flags.UseAffectedRows, flags.ConnectionTimeout));
        Assert.False(server.Pending());
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task An_unreachable_database_is_the_reason_of_the_health_check()
    {
        using var host = Build(shared.Rds, $"Server=127.0.0.1;Port=1;User ID=app;SslCa={shared.Rds.CaCertificatePath}", builder =>
            builder.AddRdsIamMySqlDbContext<Store>("orders", Sign(shared.Rds)));
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        Assert.Equal(HealthStatus.Unhealthy, health.Entries[nameof(Store)].Status);
        Assert.StartsWith("Unable to connect", health.Entries[nameof(Store)].Description);
    }

    private static IHost Build(LocalRds rds, string? connectionString, Action<HostApplicationBuilder> register)
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = connectionString;
        builder.Configuration["RdsIam:EntityFrameworkCore:Store:Region"] = rds.Emulator.Region;
        register(builder);
        return builder.Build();
    }

    private static Action<RdsIamMySqlDbContextSettings> Sign(LocalRds rds) => settings =>
    {
        var principal = rds.Emulator.Principals[0];
        settings.Credentials = new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken);
    };

    private static async Task WriteAsync(IHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<Store>();
        await store.Database.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(Stop);
        store.Orders.Add(new Order { Article = "tea" });
        await store.SaveChangesAsync(Stop);
    }

    internal sealed class Store(DbContextOptions<Store> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();
    }

    internal sealed class Order
    {
        public int Id { get; set; }

        public string Article { get; set; } = "";
    }
}
