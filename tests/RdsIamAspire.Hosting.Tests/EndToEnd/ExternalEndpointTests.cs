using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using MySqlConnector;
using RdsIamAspire.Emulator;
using RdsIamAspire.TestSupport;
using RdsIamAspire.TestSupport.Ways;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>
/// An endpoint that the AppHost does not run: a local RDS of its own that goes by the name of a real one. The developer's AWS credentials are
/// those that it knows, and they stand, with the stand-ins of AWS's programs, in this process's environment: so this runs alone.
/// </summary>
[Collection(nameof(ExternalEndpointTests))]
[CollectionDefinition(nameof(ExternalEndpointTests), DisableParallelization = true)]
public sealed class ExternalEndpointTests : IAsyncLifetime
{
    private const string Endpoint = "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com";

    private readonly Dictionary<string, string?> _before = new(StringComparer.Ordinal);
    private LocalRds? _rds;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private LocalRds Rds => _rds!;

    public async ValueTask InitializeAsync()
    {
        if (await TestServer.WhyNoneAsync() is { } reason)
        {
            Assert.Skip(reason);
        }

        var options = new LocalRdsOptions();
        options.Server = options.Server with { Names = [Endpoint] };
        options.Emulator.Region = "eu-west-1";
        options.Emulator.Endpoints.Add(new EmulatorEndpoint(Endpoint, 3306));
        options.IamUsers.Add("orders_app");
        options.Database = "orders";
        _rds = await LocalRds.StartAsync(options, Stop);
        foreach (var (name, value) in Rds.Emulator.GetAwsEnvironment())
        {
            Set(name, value);
        }

        Set("RDS_IAM_CA_BUNDLE", Rds.CaCertificatePath);
    }

    [Fact]
    public async Task A_private_endpoint_is_reached_over_Session_Manager_and_its_row_says_so()
    {
        using var aws = new AwsStandIn().Leads($"{Endpoint}:3306", Rds.Server.Host, Rds.Server.Port);
        Set("PATH", aws.Programs + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
        Set("WAY_STATE", aws.Folder);
        RdsTunnelResource? tunnel = null;
        await using (var host = await RunningAppHost.BeginAsync(builder =>
        {
            var orders = builder.AddRdsMySql("orders-db", Endpoint).WithRdsIamAuth("orders_app");
            orders.AddDatabase("orders");
            tunnel = orders.AddTunnel().WithVia($"ssm:{AwsStandIn.Instance}").Resource;
        }))
        {
            await host.StateAsync("orders-db-tunnel", KnownResourceStates.Running, KnownResourceStates.FailedToStart);
            Assert.Equal("orders_app@%", await WhoAsync(await tunnel!.ConnectionStringExpression.GetValueAsync(Stop)));

            Assert.Equal(
                $"orders-db as orders_app via ssm:{AwsStandIn.Instance}",
                await host.PropertyAsync("orders-db-tunnel", CustomResourceKnownProperties.Source));

            // The name cannot be resolved from here: what says that the endpoint can be used went the same way.
            await host.HealthyAsync("orders-db");
            await host.HealthyAsync("orders");
            Assert.Contains(AwsStandIn.Instance, aws.Calls[^1]);
            Assert.Contains(aws.Calls[^1], static word => word.Contains(Endpoint, StringComparison.Ordinal));
            Assert.Contains(aws.Sessions, AwsStandIn.IsAlive);
        }

        await TestServer.EventuallyAsync(
            () => Task.FromResult(!aws.Sessions.Any(AwsStandIn.IsAlive)), "the AppHost's end ends the programs", Stop);
    }

    [Fact]
    public async Task An_endpoint_that_this_machine_dials_is_logged_in_to_through_the_tunnel_with_the_developers_credentials()
    {
        RdsTunnelResource? tunnel = null;
        await using var host = await RunningAppHost.BeginAsync(builder =>
            tunnel = builder.AddRdsMySql("orders-db", Rds.Server.Host, Rds.Server.Port, "eu-west-1").WithRdsIamAuth("orders_app")
                .AddTunnel().Resource);
        await host.StateAsync("orders-db-tunnel", KnownResourceStates.Running, KnownResourceStates.FailedToStart);
        await host.HealthyAsync("orders-db");

        Assert.Equal("orders_app@%", await WhoAsync(await tunnel!.ConnectionStringExpression.GetValueAsync(Stop)));
        Assert.Equal("orders_app", await host.PropertyAsync("orders-db-tunnel", "rds.tunnel.user"));
    }

    [Fact]
    public async Task A_port_that_changes_is_followed_by_logins_with_the_same_connection_string()
    {
        var first = new SourceRelay(IPAddress.Loopback, Rds.Server.Port);
        await using var second = new SourceRelay(IPAddress.Loopback, Rds.Server.Port);
        Rds.Emulator.AddEndpoint("127.0.0.1", first.Port);
        Rds.Emulator.AddEndpoint("127.0.0.1", second.Port);
        var builder = AppHostModel.InRunMode();
        var endpoint = builder.AddRdsMySql("orders-db", "127.0.0.1", first.Port, "eu-west-1").WithRdsIamAuth("orders_app").Resource;
        var moving = new Moving { Port = first.Port };
        var front = new RdsTunnelResource("orders-db-tunnel", endpoint, moving).Front;
        await using var app = builder.Build();
        await front.FollowAsync(app.Services, NullLoggerFactory.Instance, Stop);
        var given = await front.GetValueAsync(Stop);
        Assert.Equal("orders_app@%", await WhoAsync(given));

        await first.DisposeAsync();
        moving.Port = second.Port;
        await using var tunnel = await front.FollowAsync(app.Services, NullLoggerFactory.Instance, Stop);

        Assert.Equal("orders_app@%", await WhoAsync(given));
    }

    [Fact]
    public async Task An_endpoint_is_used_by_its_name_in_the_file_that_the_tool_has_with_its_user_and_its_way()
    {
        using var aws = new AwsStandIn().Leads($"{Endpoint}:3306", Rds.Server.Host, Rds.Server.Port);
        Set("PATH", aws.Programs + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
        Set("WAY_STATE", aws.Folder);
        await NameAsync(aws.Folder, $$"""{ "endpoint": "{{Endpoint}}", "user": "orders_app", "via": "ssm:{{AwsStandIn.Instance}}" }""");
        RdsTunnelResource? tunnel = null;
        await using var host = await RunningAppHost.BeginAsync(builder =>
            tunnel = builder.AddRdsMySql("orders-db").AsExistingNamed("orders-dev").AddTunnel().Resource);

        await host.StateAsync("orders-db-tunnel", KnownResourceStates.Running, KnownResourceStates.FailedToStart);
        Assert.Equal("orders_app@%", await WhoAsync(await tunnel!.ConnectionStringExpression.GetValueAsync(Stop)));
        await host.HealthyAsync("orders-db");
    }

    [Fact]
    public async Task The_profile_that_the_file_names_signs_for_the_AppHost_and_its_tunnel_and_no_other_does()
    {
        using var folder = new AwsStandIn();
        await NameAsync(folder.Folder, $$"""
            { "endpoint": "{{Rds.Server.Host}}:{{Rds.Server.Port}}", "region": "eu-west-1", "user": "orders_app", "awsProfile": "nobody" }
            """);
        RdsTunnelResource? tunnel = null;
        await using var host = await RunningAppHost.BeginAsync(builder =>
            tunnel = builder.AddRdsMySql("orders-db").AsExistingNamed("orders-dev").AddTunnel().Resource);

        await host.StateAsync("orders-db-tunnel", KnownResourceStates.Running, KnownResourceStates.FailedToStart);
        var connectionString = await tunnel!.ConnectionStringExpression.GetValueAsync(Stop);
        var refused = await Assert.ThrowsAsync<MySqlException>(() => WhoAsync(connectionString));
        Assert.Contains("There is no AWS profile 'nobody'", refused.Message, StringComparison.Ordinal);
        await host.LogAsync("orders-db", "There is no AWS profile 'nobody'");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        if (_rds is not null)
        {
            await _rds.DisposeAsync();
        }
    }

    private static async Task<string?> WhoAsync(string? connectionString)
    {
        await using var connection = new MySqlConnection($"{connectionString};Pooling=false;Connection Timeout=600");
        await connection.OpenAsync(Stop);
        await using var command = new MySqlCommand("SELECT CURRENT_USER()", connection);
        return (string?)await command.ExecuteScalarAsync(Stop);
    }

    private async Task NameAsync(string folder, string endpoint)
    {
        var file = Path.Combine(folder, "rds-iam.json");
        await File.WriteAllTextAsync(file, $$"""{ "endpoints": { "orders-dev": {{endpoint}} } }""", Stop);
        Set("RDS_IAM_CONFIG", file);
    }

    private void Set(string name, string? value)
    {
        _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    private sealed class Moving() : Resource("moving"), IResourceWithConnectionString
    {
        public int Port { get; set; }

        public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
            $"Server=127.0.0.1;Port={Port.ToString(CultureInfo.InvariantCulture)};User ID=orders_app");
    }
}
