// One RDS MySQL database, three kinds of service on it, and no password anywhere.
// On AWS: the endpoint that the parameter orders-db-host names. Here: a real MySQL that checks the same tokens, in a container or without
// one.
using RdsIamAspire.Playground.AppHost;

var builder = DistributedApplication.CreateBuilder(args);

var orders = builder.AddRdsMySql("orders-db")
    .WithRdsIamAuth("orders_app")
    .RunAsEmulator()
    .AddDatabase("orders")
    .WithCreationScriptFile("../OrdersApi/schema.sql");

builder.AddProject<Projects.OrdersApi>("orders-api", static project => project.ExcludeLaunchProfile = true)
    .WithReference(orders)
    .WaitFor(orders)
    .WithHttpEndpoint(port: PortOf(builder.Configuration["ORDERS_API_URL"]))
    .WithHttpHealthCheck("/health");

// The same database from Node: mysql2 and AWS's own signer. It only reads, so that is all that its user may do.
var report = Path.GetFullPath("../orders-report", builder.AppHostDirectory);
if (ThisMachine.Has("orders-report", "node", "npm") && await ThisMachine.HasModulesAsync("orders-report", report))
{
    builder.AddExecutable("orders-report", "node", report, "index.js")
        .WithReference(orders, ["SELECT"])
        .WithHttpEndpoint(env: "PORT")
        .WithHttpHealthCheck("/")
        .WaitFor(orders);

    // And from a container, over the container network: another host name, another port, and a certificate that verifies there.
    if (await ThisMachine.HasImageAsync("orders-report-container", "node:22-slim"))
    {
        builder.AddContainer("orders-report-container", "node", "22-slim")
            .WithBindMount(report, "/app", isReadOnly: true)
            .WithEntrypoint("node")
            .WithArgs("/app/index.js")
            .WithReference(orders)
            .WithHttpEndpoint(targetPort: 8080)
            .WithHttpHealthCheck("/")
            .WaitFor(orders);
    }
}

builder.Build().Run();

static int? PortOf(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.Port : null;
