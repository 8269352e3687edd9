namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>RunAsLocalServer: the same without Docker.</summary>
public sealed class LocalServerRdsTests
{
    [Fact]
    public async Task A_mysqld_of_this_machine_takes_tokens_too()
    {
        await ThisMachine.HasMysqldAsync();
        await using var host = await RunningAppHost.StartAsync(
            static builder =>
                builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app", ["ALL"]).RunAsLocalServer().AddDatabase("orders"));
        await host.HealthyAsync("orders");

        Assert.Equal("orders_app@%", await host.QueryAsync<string>("orders", "SELECT CURRENT_USER()"));

        await host.QueryAsync<int>("orders", "CREATE TABLE kept (id INT PRIMARY KEY); INSERT INTO kept VALUES (7); SELECT id FROM kept");
        Assert.True((await host.CommandAsync("orders-db", "restart")).Success);
        await host.HealthyAsync("orders-db");
        Assert.Equal(7, await host.QueryAsync<int>("orders", "SELECT id FROM kept"));
    }
}
