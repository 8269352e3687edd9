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

    [Fact]
    public async Task A_mysqld_that_is_killed_is_said_once_and_runs_again_with_port_and_data()
    {
        await ThisMachine.HasMysqldAsync();
        await using var host = await RunningAppHost.StartAsync(static builder => Add(builder));
        await host.HealthyAsync("orders");
        await host.QueryAsync<int>("orders", "CREATE TABLE kept (id INT PRIMARY KEY); INSERT INTO kept VALUES (7); SELECT id FROM kept");
        var endpoint = await host.PropertyAsync("orders-db", "rds.endpoint");

        ServerProcess.Kill(await ServerProcess.OfAsync(host));

        Assert.Contains("killed by signal 9", await host.LogAsync("orders-db", " died "), StringComparison.Ordinal);
        await host.LogAsync("orders-db", "answers again");
        await host.HealthyAsync("orders");
        Assert.Equal(7, await host.QueryAsync<int>("orders", "SELECT id FROM kept"));
        Assert.Equal(endpoint, await host.PropertyAsync("orders-db", "rds.endpoint"));
        Assert.Single(host.AllLogs, static l => l.Contains(" died ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_mysqld_that_is_gone_for_good_is_said_and_a_restart_starts_another_on_the_same_port()
    {
        await ThisMachine.HasMysqldAsync();
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The parent of a process is found in /proc.");
        await using var host = await RunningAppHost.StartAsync(static builder => Add(builder));
        await host.HealthyAsync("orders");
        var endpoint = await host.PropertyAsync("orders-db", "rds.endpoint");

        ServerProcess.Kill(ServerProcess.ParentOf(await ServerProcess.OfAsync(host)));

        Assert.Contains("restart command", await host.LogAsync("orders-db", "does not come back"), StringComparison.Ordinal);
        Assert.Equal("Server gone", await host.StateAsync("orders", "Server gone"));
        var restart = await host.CommandAsync("orders-db", "restart");
        Assert.True(restart.Success, restart.Message);
        Assert.Contains("its data with it", restart.Data!.Value, StringComparison.Ordinal);
        await host.HealthyAsync("orders");
        Assert.Equal(endpoint, await host.PropertyAsync("orders-db", "rds.endpoint"));
        Assert.Equal("orders_app@%", await host.QueryAsync<string>("orders", "SELECT CURRENT_USER()"));
    }

    private static void Add(IDistributedApplicationBuilder builder) =>
        builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app", ["ALL"]).RunAsLocalServer().AddDatabase("orders");
}
