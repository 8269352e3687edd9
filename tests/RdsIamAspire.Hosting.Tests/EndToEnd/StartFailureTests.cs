namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>What keeps a local server from starting is said on the endpoint, with what to do about it; nothing hangs.</summary>
public sealed class StartFailureTests
{
    [Fact]
    public async Task A_container_that_cannot_start_is_said_on_the_endpoint()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await RunningAppHost.StartAsync(static builder =>
            builder.AddRdsMySql("orders-db").WithRdsIamAuth().RunAsContainer(
                static c => c.WithImage("no-such-image-of-mysql", "0").WithImageRegistry(null)));

        Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
        Assert.Contains("orders-db-server", await host.LogAsync("orders-db", "did not start"), StringComparison.Ordinal);

        var restarted = await host.CommandAsync("orders-db", "restart");
        Assert.False(restarted.Success);
        Assert.Contains("'orders-db-server'", restarted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_said_on_the_endpoint()
    {
        await using var host = await RunningAppHost.StartAsync(
            static builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth().RunAsLocalServer("/no/such/mysqld"));

        Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
        Assert.Contains("/no/such/mysqld", await host.LogAsync("orders-db", "did not start"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_on_a_taken_port_names_the_port_and_what_to_do()
    {
        await ThisMachine.HasMySqlImageAsync();
        using var other = FixedPorts.Listen(out var port);
        await using var host = await RunningAppHost.StartAsync(
            builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth().RunAsContainer(c => c.WithHostPort(port)),
            "DcpPublisher:RandomizePorts=false");

        Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
        Assert.Contains(
            $"Port {port} of this machine is taken", await host.LogAsync("orders-db", "did not start"), StringComparison.Ordinal);
        Assert.Equal("FailedToStart", await host.StateAsync("orders-db-server", "FailedToStart", "Running"));
    }

    [Fact]
    public async Task A_fixed_port_that_is_free_is_the_one_that_the_server_is_reached_at()
    {
        await ThisMachine.HasMySqlImageAsync();
        var port = FixedPorts.Take();
        await using var host = await RunningAppHost.StartAsync(
            builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth().RunAsContainer(c => c.WithHostPort(port)),
            "DcpPublisher:RandomizePorts=false");
        await host.HealthyAsync("orders-db");

        Assert.Equal($"localhost:{port}", await host.PropertyAsync("orders-db", "rds.endpoint"));
    }

    [Fact]
    public async Task A_local_server_on_a_taken_port_names_the_port_and_what_to_do()
    {
        await ThisMachine.HasMysqldAsync();
        using var other = FixedPorts.Listen(out var port);
        await using var host = await RunningAppHost.StartAsync(
            builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth().RunAsLocalServer(port: port));

        Assert.Equal("FailedToStart", await host.StateAsync("orders-db", "FailedToStart", "Running"));
        Assert.Contains($"Port {port} is in use", await host.LogAsync("orders-db", "did not start"), StringComparison.Ordinal);

        var tooEarly = await host.CommandAsync("orders-db", "restart");
        other.Stop();
        var restarted = await host.CommandAsync("orders-db", "restart");

        Assert.Contains($"Port {port} is in use", tooEarly.Message, StringComparison.Ordinal);
        Assert.True(restarted.Success, restarted.Message);
        await host.HealthyAsync("orders-db");
    }

    [Fact]
    public async Task Without_a_container_engine_the_way_without_one_is_named()
    {
        ThisMachine.HasNoPodman();
        await using var host = await RunningAppHost.StartAsync(
            static builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth().RunAsContainer(),
            "DcpPublisher:ContainerRuntime=podman",
            "DcpPublisher:ContainerRuntimeInitializationTimeout=00:00:00");

        Assert.Contains(".RunAsEmulator()", await host.LogAsync("orders-db", "No container engine answers"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_volume_whose_password_was_not_kept_says_so_instead_of_waiting()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var volume = new DockerVolume();
        await using (var first = await WithPasswordAsync("one"))
        {
            await first.HealthyAsync("orders-db");
        }

        await using var second = await WithPasswordAsync("another");

        Assert.Equal("FailedToStart", await second.StateAsync("orders-db", "FailedToStart", "Running"));
        Assert.Contains("UserSecretsId", await second.LogAsync("orders-db", "did not start"), StringComparison.Ordinal);

        Task<RunningAppHost> WithPasswordAsync(string password) => RunningAppHost.StartAsync(
            builder => builder.AddRdsMySql("orders-db").WithRdsIamAuth().RunAsContainer(c => c.WithDataVolume(volume.Name)),
            $"Parameters:orders-db-server-password={password}");
    }
}
