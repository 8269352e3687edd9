using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using RdsIamAspire.TestSupport;

namespace RdsIamAspire.Tunnel.Tests;

/// <summary>The tunnel of a service: there before whatever needs it, and until after it.</summary>
public sealed class HostTests(SharedRds shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_serves_while_the_application_is_put_together_and_until_other_services_have_stopped()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var builder = Builder(database);
        var seen = new ConcurrentQueue<string>();
        // Registered before the tunnel, and so started before it but for its own order.
        builder.Services.AddHostedService(_ => new Neighbour(() => builder.Configuration["ConnectionStrings:old"]!, seen));
        var tunnel = builder.AddRdsIamMySqlTunnel("orders", settings =>
        {
            settings.Credentials = OpenTunnel.Signer(shared.Rds);
            settings.ConnectionName = "old";
        });
        var through = tunnel.Through();
        Assert.Equal(1L, await TestServer.ScalarAsync(through, "SELECT 1", Stop));

        using var host = builder.Build();
        Assert.Same(tunnel, host.Services.GetRequiredService<RdsIamTunnel>());
        Assert.Same(tunnel, host.Services.GetRequiredKeyedService<RdsIamTunnel>("orders"));
        Assert.Equal(tunnel.ConnectionString, host.Services.GetRequiredService<IConfiguration>().GetConnectionString("old"));
        await host.StartAsync(Stop);
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        Assert.Equal(HealthStatus.Healthy, health.Entries["RdsIamTunnel_orders"].Status);
        await host.StopAsync(Stop);

        Assert.Equal([$"start: {database.User}@%", $"stop: {database.User}@%"], seen);
        await Assert.ThrowsAsync<MySqlException>(() => TestServer.ScalarAsync(through, "SELECT 1", Stop));
    }

    [Fact]
    public async Task The_application_starts_without_its_database_and_says_what_is_wrong()
    {
        var builder = new HostApplicationBuilder();
        var log = new CapturedLog();
        builder.Services.AddSingleton<ILoggerFactory>(log);
        builder.Configuration["ConnectionStrings:orders"] = "Server=127.0.0.1;Port=1;User ID=app";
        builder.Configuration["RdsIam:Tunnel:orders:Region"] = "us-east-1";
        builder.Configuration["RdsIam:Tunnel:orders:CaCertificatePath"] = shared.Rds.CaCertificatePath;
        builder.AddRdsIamMySqlTunnel("orders", settings => settings.Credentials = OpenTunnel.Signer(shared.Rds));
        using var host = builder.Build();
        await host.StartAsync(Stop);

        var said = Assert.Single(log.Lines, line => line.StartsWith("The tunnel 'orders' cannot log in", StringComparison.Ordinal));
        Assert.Contains("127.0.0.1:1 cannot be reached: Connection refused", said);
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("cannot be reached", health.Entries["RdsIamTunnel_orders"].Description);
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task A_missing_connection_string_is_said_with_the_places_where_it_could_be()
    {
        var builder = new HostApplicationBuilder();
        var tunnel = builder.AddRdsIamMySqlTunnel("orders");
        const string Message = "The tunnel has no connection string: set 'ConnectionStrings:orders' or "
            + "'RdsIam:Tunnel:orders:ConnectionString', for example Server=HOST;User ID=USER;Database=DATABASE.";
        Assert.Equal(Message, Assert.Throws<InvalidOperationException>(() => tunnel.ConnectionString).Message);
        using var host = builder.Build();
        Assert.Equal(Message, (await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Stop))).Message);
    }

    [Fact]
    public void What_an_AppHost_hands_out_for_the_data_source_is_good_for_the_tunnel()
    {
        RdsIamTunnelSettings? seen = null;
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = "Server=127.0.0.1;Port=13306;User ID=app";
        builder.Configuration["RdsIam:MySqlConnector:orders:Region"] = "eu-west-1";
        builder.Configuration["RdsIam:MySqlConnector:orders:SignForHost"] = "orders.example.internal";
        builder.Configuration["RdsIam:Tunnel:DrainTimeout"] = "00:00:05";
        builder.Configuration["RdsIam:Tunnel:orders:ListenPort"] = "0";
        builder.AddRdsIamMySqlTunnel("orders", settings => seen = settings);
        Assert.Equal(("eu-west-1", "orders.example.internal", 5.0), (seen!.Region, seen.SignForHost, seen.DrainTimeout.TotalSeconds));
    }

    [Fact]
    public async Task Sessions_and_refusals_are_counted()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        var seen = new ConcurrentQueue<(string Name, double Value, string? Error)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == RdsIamTunnel.MeterName)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.Start();

        Assert.Equal(1L, await TestServer.ScalarAsync(tunnel.Through(), "SELECT 1", Stop));
        await Assert.ThrowsAsync<MySqlException>(() => TestServer.ScalarAsync(tunnel.Through(c => c.Password = "x"), "SELECT 1", Stop));
        await tunnel.StopAsync(Stop);

        Assert.Equal([1, -1], seen.Where(one => one.Name == "rds_iam.tunnel.sessions").Select(one => one.Value));
        Assert.Equal([("rds_iam.tunnel.refused", 1.0, "WrongPassword")], seen.Where(one => one.Error is not null));
        Assert.Single(seen, one => one.Name == "rds_iam.tunnel.login.duration" && one.Value > 0);

        void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
            if (all["db.user"] == database.User)
                seen.Enqueue((instrument.Name, value, all.GetValueOrDefault("error.type")));
        }
    }

    private HostApplicationBuilder Builder(TestDatabase database)
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = database.ConnectionString;
        builder.Configuration["RdsIam:Tunnel:orders:Region"] = shared.Rds.Emulator.Region;
        return builder;
    }

    private sealed class Neighbour(Func<string> connectionString, ConcurrentQueue<string> seen) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => AskAsync("start");

        public Task StopAsync(CancellationToken cancellationToken) => AskAsync("stop");

        private async Task AskAsync(string when)
        {
            var plain = new MySqlConnectionStringBuilder(connectionString()) { Pooling = false }.ConnectionString;
            seen.Enqueue($"{when}: {await TestServer.ScalarAsync(plain, "SELECT CURRENT_USER()", Stop)}");
        }
    }
}
