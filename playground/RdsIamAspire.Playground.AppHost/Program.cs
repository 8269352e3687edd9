// One RDS MySQL database, three kinds of service on it, and no password anywhere.
// On AWS: the endpoint that the parameter orders-db-host names. Here: a MySQL container (or a mysqld) that checks the same tokens.
var builder = DistributedApplication.CreateBuilder(args);

var server = builder.AddRdsMySql("orders-db")
    .WithRdsIamAuth("orders_app", ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE"]);

// RDS_IAM_SERVER=mysqld runs it without Docker, as everywhere else in this project.
var withoutDocker = builder.Configuration["RDS_IAM_SERVER"] == "mysqld";
if (withoutDocker)
{
    server.RunAsLocalServer();
}
else
{
    server.RunAsContainer();
}

var orders = server.AddDatabase("orders");

var api = builder.AddProject<Projects.OrdersApi>("orders-api", static project => project.ExcludeLaunchProfile = true)
    .WithReference(orders)
    .WaitFor(orders)
    .WithHttpEndpoint(port: PortOf(builder.Configuration["ORDERS_API_URL"]))
    .WithHttpHealthCheck("/health");

// The same database from Node: mysql2 and AWS's own signer.
var modules = builder.AddExecutable("orders-report-modules", "npm", "../orders-report", "ci", "--no-audit", "--no-fund");
builder.AddExecutable("orders-report", "node", "../orders-report", "index.js")
    .WithReference(orders)
    .WithHttpEndpoint(env: "PORT")
    .WithHttpHealthCheck("/")
    .WaitForCompletion(modules)
    .WaitFor(api);

// And from a container, over the container network: another host name, another port, and a certificate that verifies there.
if (!withoutDocker)
{
    builder.AddContainer("orders-report-container", "node", "22-slim")
        .WithBindMount("../orders-report", "/app", isReadOnly: true)
        .WithEntrypoint("node")
        .WithArgs("/app/index.js")
        .WithReference(orders)
        .WithHttpEndpoint(targetPort: 8080)
        .WithHttpHealthCheck("/")
        .WaitForCompletion(modules)
        .WaitFor(orders);
}

builder.Build().Run();

static int? PortOf(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.Port : null;
