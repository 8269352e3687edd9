using System.Data.Common;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddRdsIamMySqlDataSource("orders");
var tunnel = builder.AddRdsIamMySqlTunnel("orders");
var app = builder.Build();

app.MapHealthChecks("/health");
app.MapGet("/user", async (DbDataSource db) =>
{
    await using var command = db.CreateCommand("SELECT CURRENT_USER()");
    return (string?)await command.ExecuteScalarAsync();
});
app.MapGet("/tunnel", async () =>
{
    await using var connection = new MySqlConnector.MySqlConnection(tunnel.ConnectionString);
    await connection.OpenAsync();
    await using var command = connection.CreateCommand();
    command.CommandText = "SELECT CURRENT_USER()";
    return (string?)await command.ExecuteScalarAsync();
});

await app.RunAsync();
