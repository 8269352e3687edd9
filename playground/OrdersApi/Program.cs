// An ordinary service: it knows a connection string's name and that its logins are IAM logins. Whether the database is RDS or the local
// emulator it neither knows nor could tell.
using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OrdersApi;

var builder = WebApplication.CreateBuilder(args);

builder.AddRdsIamMySqlDataSource("orders");
builder.Services.AddHostedService<Schema>();
builder.Services.AddHealthChecks().AddCheck<Schema>("orders-table");
builder.Services.AddOpenTelemetry()
    .ConfigureResource(resource => resource.AddService("orders-api"))
    .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation())
    .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation());
if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
{
    builder.Logging.AddOpenTelemetry(logging => logging.IncludeFormattedMessage = true);
    builder.Services.AddOpenTelemetry().UseOtlpExporter();
}

var app = builder.Build();

app.MapGet("/", () => Results.Redirect("/orders"));

app.MapGet("/orders", async (DbDataSource database, CancellationToken stop) =>
{
    await using var connection = await database.OpenConnectionAsync(stop);
    return await connection.QueryAsync<Order>(
        new CommandDefinition("SELECT id, customer, total, placed_at AS PlacedAt FROM orders ORDER BY id", cancellationToken: stop));
});

app.MapGet("/orders/{id:long}", async (long id, DbDataSource database, CancellationToken stop) =>
{
    await using var connection = await database.OpenConnectionAsync(stop);
    var order = await connection.QuerySingleOrDefaultAsync<Order>(
        new CommandDefinition(
            "SELECT id, customer, total, placed_at AS PlacedAt FROM orders WHERE id = @id", new { id }, cancellationToken: stop));
    return order is null ? Results.NotFound() : Results.Ok(order);
});

app.MapPost("/orders", async (NewOrder order, DbDataSource database, CancellationToken stop) =>
{
    if (string.IsNullOrWhiteSpace(order.Customer) || order.Customer.Length > 100 || order.Total < 0)
        return Results.BadRequest(new { error = "customer is 1 to 100 characters, total is not negative" });

    await using var connection = await database.OpenConnectionAsync(stop);
    var id = await connection.ExecuteScalarAsync<long>(
        new CommandDefinition(
            "INSERT INTO orders (customer, total) VALUES (@Customer, @Total); SELECT LAST_INSERT_ID()", order, cancellationToken: stop));
    return Results.Created($"/orders/{id}", new { id });
});

// Who the database believes this service is.
app.MapGet("/whoami", async (DbDataSource database, CancellationToken stop) =>
{
    await using var connection = await database.OpenConnectionAsync(stop);
    return await connection.QuerySingleAsync<Identity>(new CommandDefinition(
        "SELECT CURRENT_USER() AS User, DATABASE() AS `Database`, VERSION() AS Version, "
        + "(SELECT VARIABLE_VALUE FROM performance_schema.session_status WHERE VARIABLE_NAME = 'Ssl_version') AS Tls",
        cancellationToken: stop));
});

app.MapHealthChecks("/health", new HealthCheckOptions { ResponseWriter = HealthReport.WriteAsync });

await app.RunAsync();
