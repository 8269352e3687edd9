using MySqlConnector;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>A port for whatever knows only passwords, with the real orchestrator and a real MySQL.</summary>
public sealed class TunnelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_without_IAM_is_in_by_the_tunnels_connection_string_and_stands_on_the_dashboard()
    {
        await ThisMachine.HasMySqlImageAsync();
        RdsTunnelResource? tunnel = null;
        await using var host = await RunningAppHost.StartAsync(builder =>
            tunnel = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").RunAsContainer().AddTunnel().Resource);
        await host.StateAsync("orders-db-tunnel", KnownResourceStates.Running, KnownResourceStates.FailedToStart);

        var connectionString = await tunnel!.ConnectionStringExpression.GetValueAsync(Stop);
        await using var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(Stop);
        await using var command = new MySqlCommand("SELECT CURRENT_USER()", connection);
        Assert.Equal("orders_app@%", await command.ExecuteScalarAsync(Stop));
        Assert.Equal("orders_app", await host.PropertyAsync("orders-db-tunnel", "rds.tunnel.user"));
        Assert.StartsWith(
            "mysql -h 127.0.0.1 -P ",
            await host.PropertyAsync("orders-db-tunnel", "rds.tunnel.client"),
            StringComparison.Ordinal);
        var password = new MySqlConnectionStringBuilder(connectionString!).Password;
        Assert.DoesNotContain(host.AllLogs, line => line.Contains(password, StringComparison.Ordinal));
    }
}
