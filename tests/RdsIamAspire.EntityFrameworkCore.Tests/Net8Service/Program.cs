using System.Runtime.Versioning;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MySqlConnector;
using Net8Service;
using RdsIamAspire.Tunnel;

// A service on .NET 8 that logs in each way that there is, and says what it runs on.
var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.AddRdsIamMySqlDataSource("orders");
builder.AddRdsIamMySqlDbContext<Added>("orders");
builder.Services.AddDbContextPool<Enriched>(options => options.UseMySql(
    builder.Configuration.GetConnectionString("orders"), new MySqlServerVersion(new Version(8, 4, 3))));
builder.EnrichRdsIamMySqlDbContext<Enriched>();
var tunnel = builder.AddRdsIamMySqlTunnel("orders");
using var host = builder.Build();
await host.StartAsync();

foreach (var type in new[] { typeof(RdsIamAspire.RdsEndpoint), typeof(RdsIamTunnel), typeof(RdsIamMySqlDbContextExtensions), typeof(DbContext) })
{
    var framework = ((TargetFrameworkAttribute)type.Assembly.GetCustomAttributes(typeof(TargetFrameworkAttribute), false)[0]).FrameworkName;
    Console.WriteLine($"{type.Assembly.GetName().Name}: {framework}, {type.Assembly.GetName().Version!.Major}");
}

const string WhoAmI = "SELECT CURRENT_USER() AS Value";
await using (var connection = await host.Services.GetRequiredService<MySqlDataSource>().OpenConnectionAsync())
    Console.WriteLine($"data source: {await new MySqlCommand(WhoAmI, connection).ExecuteScalarAsync()}");
await using (var scope = host.Services.CreateAsyncScope())
{
    foreach (var context in new DbContext[]
        { scope.ServiceProvider.GetRequiredService<Added>(), scope.ServiceProvider.GetRequiredService<Enriched>() })
    {
        var user = (await context.Database.SqlQueryRaw<string>(WhoAmI).ToListAsync()).Single();
        Console.WriteLine($"{context.GetType().Name}: {user} by {context.Database.CreateExecutionStrategy().GetType().Name}");
    }
}

await using (var connection = new MySqlConnection(tunnel.ConnectionString))
{
    await connection.OpenAsync();
    Console.WriteLine($"tunnel: {await new MySqlCommand(WhoAmI, connection).ExecuteScalarAsync()}");
}

var health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
Console.WriteLine($"health: {health.Status} of {health.Entries.Count}");
await host.StopAsync();
