using System.Data.Common;
using System.Diagnostics.Metrics;
using Dapper;
using global::MySqlConnector;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace RdsIamAspire.MySqlConnector.Tests;

public class RegistrationTests(SharedRds shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_connection_string_is_found_by_name_and_every_way_to_a_connection_is_registered()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var host = Host(("ConnectionStrings:orders", database.ConnectionString),
            builder => builder.AddRdsIamMySqlDataSource("orders", s => s.Use(shared.Rds)));

        await using var a = await host.Services.GetRequiredService<MySqlDataSource>().OpenConnectionAsync(Stop);
        await using var b = await host.Services.GetRequiredService<DbDataSource>().OpenConnectionAsync(Stop);
        await using var c = host.Services.GetRequiredService<MySqlConnection>();
        await c.OpenAsync(Stop);
        await using var d = host.Services.GetRequiredService<DbConnection>();
        await d.OpenAsync(Stop);

        Assert.All([a, b, c, d], connection => Assert.Equal(database.Name, connection.Database));
    }

    [Fact]
    public async Task Two_databases_are_kept_apart_by_their_names()
    {
        await using var one = await shared.CreateDatabaseAsync(Stop);
        await using var two = await shared.CreateDatabaseAsync(Stop);
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:one"] = one.ConnectionString;
        builder.Configuration["RdsIam:MySqlConnector:two:ConnectionString"] = two.ConnectionString;
        builder.AddKeyedRdsIamMySqlDataSource("one", s => s.Use(shared.Rds));
        builder.AddKeyedRdsIamMySqlDataSource("two", s => s.Use(shared.Rds));
        using var host = builder.Build();

        await using var first = await host.Services.GetRequiredKeyedService<MySqlDataSource>("one").OpenConnectionAsync(Stop);
        await using var second = await host.Services.GetRequiredKeyedService<DbDataSource>("two").OpenConnectionAsync(Stop);

        Assert.Equal((one.Name, two.Name), (first.Database, second.Database));
        Assert.Null(host.Services.GetService<MySqlDataSource>());
        var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);
        Assert.Equal(["RdsIamMySql_one", "RdsIamMySql_two"], health.Entries.Keys.Order());
    }

    [Fact]
    public void The_settings_come_from_the_section_and_the_named_section_wins()
    {
        RdsIamMySqlSettings? seen = null;
        var builder = new HostApplicationBuilder();
        builder.Configuration["RdsIam:MySqlConnector:Region"] = "us-east-1";
        builder.Configuration["RdsIam:MySqlConnector:orders:Region"] = "eu-west-1";
        builder.Configuration["RdsIam:MySqlConnector:orders:SignForHost"] = "orders.example.internal";
        builder.Configuration["RdsIam:MySqlConnector:orders:SignForPort"] = "3307";
        builder.Configuration["RdsIam:MySqlConnector:orders:DisableHealthChecks"] = "true";

        builder.AddRdsIamMySqlDataSource("orders", s => seen = s);

        Assert.Equal(("eu-west-1", "orders.example.internal", 3307, true),
            (seen!.Region, seen.SignForHost, seen.SignForPort, seen.DisableHealthChecks));
        using var host = builder.Build();
        Assert.Null(host.Services.GetService<HealthCheckService>());
    }

    [Fact]
    public void A_missing_connection_string_is_said_with_the_places_where_it_could_be()
    {
        using var host = Host(null, builder => builder.AddRdsIamMySqlDataSource("orders"));

        var refused = Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<MySqlDataSource>());

        Assert.Equal(
            "There is no connection string for 'orders': set 'ConnectionStrings:orders' or "
                + "'RdsIam:MySqlConnector:orders:ConnectionString', for example "
            + "Server=HOST;User ID=USER;Database=DATABASE. An AppHost sets it with WithReference, 'rds-iam local' by itself.",
            refused.Message);
    }

    [Theory]
    [InlineData(null, "There is no connection string for 'orders'")]
    [InlineData("Server=h;User ID=u;Password=made-up", "has a Password. It would win over the IAM token, silently.")]
    [InlineData("Server=h", "has no User ID.")]
    [InlineData("Server=h;User ID=u;SslMode=None", "has SslMode=None")]
    public async Task A_host_does_not_start_with_settings_that_cannot_log_in(string? connectionString, string why)
    {
        using var host = Host(connectionString is null ? null : ("ConnectionStrings:orders", connectionString),
            b => b.AddRdsIamMySqlDataSource("orders"));

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(Stop));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("made-up", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_without_a_key_are_refused_and_the_keyed_registration_is_named()
    {
        var builder = new HostApplicationBuilder();
        builder.AddRdsIamMySqlDataSource("one");

        var refused = Assert.Throws<InvalidOperationException>(() => builder.AddRdsIamMySqlDataSource("two"));

        Assert.Contains("AddKeyedRdsIamMySqlDataSource(\"two\")", refused.Message, StringComparison.Ordinal);
        builder.AddKeyedRdsIamMySqlDataSource("two");
        Assert.Throws<InvalidOperationException>(() => builder.AddKeyedRdsIamMySqlDataSource("two"));
    }

    [Fact]
    public async Task Services_and_a_configuration_are_enough()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:orders",
            database.ConnectionString)]).Build();
        await using var services = new ServiceCollection().AddLogging().AddRdsIamMySqlDataSource(configuration, "orders",
            s => s.Use(shared.Rds)).BuildServiceProvider();

        await using var connection = await services.GetRequiredService<DbDataSource>().OpenConnectionAsync(Stop);

        Assert.Equal(database.Name, connection.Database);
    }

    [Fact]
    public void Profile_role_and_times_come_from_the_section_and_each_database_has_its_own()
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration["RdsIam:MySqlConnector:Profile"] = "dev";
        builder.Configuration["RdsIam:MySqlConnector:orders:RoleArn"] = "arn:aws:iam::123456789012:role/orders";
        builder.Configuration["RdsIam:MySqlConnector:orders:RoleSessionName"] = "orders-api";
        builder.Configuration["RdsIam:MySqlConnector:orders:ExternalId"] = "ext";
        builder.Configuration["RdsIam:MySqlConnector:orders:RoleDuration"] = "00:30:00";
        builder.Configuration["RdsIam:MySqlConnector:orders:CredentialsTimeout"] = "00:00:02";
        builder.Configuration["RdsIam:MySqlConnector:orders:RenewAhead"] = "00:04:00";
        builder.AddKeyedRdsIamMySqlDataSource("orders");
        builder.AddKeyedRdsIamMySqlDataSource("stock");
        builder.Services.PostConfigure<RdsIamMySqlSettings>("stock",
            s => s.ConnectionString = "Server=h.eu-west-1.rds.amazonaws.com;User ID=u");
        builder.Services.PostConfigure<RdsIamMySqlSettings>("orders",
            s => s.ConnectionString = "Server=h.eu-west-1.rds.amazonaws.com;User ID=u");
        using var host = builder.Build();

        var orders = Logins.RdsIamLogin.Of(host.Services.GetRequiredKeyedService<MySqlDataSource>("orders"))!.Request.Identity;
        var stock = Logins.RdsIamLogin.Of(host.Services.GetRequiredKeyedService<MySqlDataSource>("stock"))!.Request.Identity;

        Assert.Equal(
            new RdsAwsIdentity
            {
                Profile = "dev",
                RoleArn = "arn:aws:iam::123456789012:role/orders",
                RoleSessionName = "orders-api",
                ExternalId = "ext",
                RoleDuration = TimeSpan.FromMinutes(30),
            },
            orders);
        Assert.Equal(new RdsAwsIdentity { Profile = "dev" }, stock);
    }

    [Fact]
    public void A_setting_that_cannot_be_read_is_named()
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration["RdsIam:MySqlConnector:orders:CredentialsTimeout"] = "soon";

        var refused = Assert.Throws<InvalidOperationException>(() => builder.AddRdsIamMySqlDataSource("orders"));

        Assert.Equal("The setting 'RdsIam:MySqlConnector:orders:CredentialsTimeout' is 'soon'; it takes a time such as "
            + "00:00:05.", refused.Message);
    }

    [Fact]
    public async Task A_server_whose_clock_differs_is_told_by_the_health_check()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var log = new CapturedLog();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(-4));
        using var host = Host(("ConnectionStrings:orders", database.ConnectionString), builder =>
        {
            builder.AddRdsIamMySqlDataSource("orders", s => s.Use(shared.Rds));
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(log);
        });

        await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop);

        Assert.Contains(log.Lines, l => l.Contains("The server's clock is 4 minutes ahead of this machine's.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_health_check_turns_unhealthy_when_logins_are_denied_and_healthy_again()
    {
        await using var rds = await TestServer.StartRdsAsync(o => { o.Database = "orders"; o.IamUsers.Add("orders_app"); }, Stop);
        using var host = Host(("ConnectionStrings:orders", rds.GetConnectionString() + ";Pooling=false"),
            builder => builder.AddRdsIamMySqlDataSource("orders", s => s.Use(rds)));
        var health = host.Services.GetRequiredService<HealthCheckService>();

        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(Stop)).Status);
        rds.Emulator.Faults.DenyConnect = true;
        var denied = await health.CheckHealthAsync(Stop);
        rds.Emulator.Faults.DenyConnect = false;
        var again = await health.CheckHealthAsync(Stop);

        Assert.Equal(HealthStatus.Unhealthy, denied.Status);
        Assert.StartsWith("Access denied for user 'orders_app'@", denied.Entries["RdsIamMySql"].Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, again.Status);
    }

    [Fact]
    public async Task Tokens_made_and_their_age_are_measured()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var seen = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
            { if (instrument.Name.StartsWith("rds_iam.", StringComparison.Ordinal)) l.EnableMeasurementEvents(instrument); };
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) => Note(instrument));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => { Assert.True(value >= 0); Note(instrument); });
        listener.Start();
        using var host = Host(("ConnectionStrings:orders", database.ConnectionString),
            builder => builder.AddRdsIamMySqlDataSource("orders", s => s.Use(shared.Rds)));

        await using var connection = await host.Services.GetRequiredService<MySqlDataSource>().OpenConnectionAsync(Stop);
        listener.RecordObservableInstruments();

        lock (seen)
            Assert.Superset(new HashSet<string> { "rds_iam.tokens.made", "rds_iam.token.duration", "rds_iam.token.age" }, seen);

        void Note(Instrument instrument)
        {
            lock (seen)
                seen.Add(instrument.Name);
        }
    }

    [Fact]
    public async Task Dapper_works_on_it()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var host = Host(("ConnectionStrings:orders", database.ConnectionString),
            builder => builder.AddRdsIamMySqlDataSource("orders", s => s.Use(shared.Rds)));
        await using var connection = await host.Services.GetRequiredService<DbDataSource>().OpenConnectionAsync(Stop);

        await connection.ExecuteAsync("CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(20)); INSERT INTO items VALUES (1, 'one'), "
            + "(2, 'two')");
        var names = await connection.QueryAsync<string>("SELECT name FROM items WHERE id >= @id ORDER BY id", new { id = 1 });

        Assert.Equal(["one", "two"], names);
    }

    [Fact]
    public async Task EF_Core_works_on_it()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        // Pomelo asks for these two options.
        using var host = Host(("ConnectionStrings:orders", database.ConnectionString + ";AllowUserVariables=true;UseAffectedRows=false"),
            builder =>
        {
            builder.AddRdsIamMySqlDataSource("orders", s => s.Use(shared.Rds));
            builder.Services.AddDbContext<Shop>((services, options) =>
                options.UseMySql(services.GetRequiredService<MySqlDataSource>(), new MySqlServerVersion(new Version(8, 0, 36))));
        });
        await using var scope = host.Services.CreateAsyncScope();
        var shop = scope.ServiceProvider.GetRequiredService<Shop>();

        await shop.Database.EnsureCreatedAsync(Stop);
        shop.Items.Add(new Item { Name = "one" });
        await shop.SaveChangesAsync(Stop);

        Assert.Equal(["one"], await shop.Items.Select(i => i.Name).ToListAsync(Stop));
    }

    private static IHost Host((string Key, string Value)? setting, Action<HostApplicationBuilder> configure)
    {
        var builder = new HostApplicationBuilder();
        if (setting is { } s)
            builder.Configuration[s.Key] = s.Value;
        configure(builder);
        return builder.Build();
    }

    private sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
    {
        public DbSet<Item> Items => Set<Item>();
    }

    private sealed class Item
    {
        public int Id { get; set; }

        public string Name { get; set; } = "";
    }
}
