using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MySqlConnector;

namespace RdsIamAspire.Hosting.Tests.Tunnel;

/// <summary>What tunnels and the pages beside an endpoint are, before anything runs.</summary>
public sealed class TunnelModelTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_published_reference_to_a_tunnel_is_an_error_that_says_what_a_published_service_does()
    {
        var builder = AppHostModel.InPublishMode();
        var tunnel = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").AddDatabase("orders").AddTunnel();
        var legacy = builder.AddContainer("legacy", "legacy").WithReference(tunnel);

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => AppHostModel.EnvironmentOfAsync(builder, legacy.Resource));

        Assert.Contains(
            "'legacy' cannot be published with a reference to 'orders-tunnel': a tunnel of an AppHost exists only while the AppHost "
                + "runs. Let the service open its own, with builder.AddRdsIamMySqlTunnel(\"orders\") of RdsIamAspire.Tunnel, and reference "
                + "'orders', which works here and on AWS.",
            refused.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Tunnels_and_pages_for_people_leave_no_trace_in_what_is_published()
    {
        var builder = AppHostModel.InPublishMode();

        builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").WithTunnel().WithPhpMyAdmin().WithDbGate();

        Assert.DoesNotContain(builder.Resources, static one => one is RdsTunnelResource or RdsCompanionContainerResource);
    }

    [Fact]
    public void The_pages_beside_an_endpoint_share_one_tunnel_and_can_be_changed()
    {
        var builder = AppHostModel.InRunMode();

        builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app").WithTunnel().WithPhpMyAdmin()
            .WithDbGate(static container => container.WithHttpEndpoint(port: 8081, targetPort: 3000, name: "page"), "gate");

        Assert.Single(builder.Resources.OfType<RdsTunnelResource>());
        var pages = builder.Resources.OfType<RdsCompanionContainerResource>().ToDictionary(static one => one.Name);
        Assert.Equal(["gate", "orders-db-phpmyadmin"], pages.Keys.Order());
        Assert.All(pages.Values, static page => Assert.Equal("orders-db", page.Endpoint.Name));
        Assert.Equal(
            ("docker.io", "library/phpmyadmin", "5.2"), Image(pages["orders-db-phpmyadmin"]));
        Assert.Contains(pages["gate"].Annotations.OfType<EndpointAnnotation>(), static one => one.Port == 8081);

        static (string?, string, string?) Image(IResource resource) =>
            resource.Annotations.OfType<ContainerImageAnnotation>().Select(static one => (one.Registry, one.Image, one.Tag)).Last();
    }

    [Fact]
    public async Task An_endpoint_on_AWS_that_moves_is_followed_and_clients_keep_address_and_password()
    {
        var builder = AppHostModel.InRunMode();
        var endpoint = builder.AddRdsMySql("orders-db", "orders.abc123.eu-west-1.rds.amazonaws.com").WithRdsIamAuth("orders_app").Resource;
        var moving = new Moving { ConnectionString = "Server=orders.abc123.eu-west-1.rds.amazonaws.com;User ID=orders_app" };
        var front = new RdsTunnelResource("t", endpoint, moving).Front;
        await using var app = builder.Build();

        var first = await front.FollowAsync(app.Services, NullLoggerFactory.Instance, Stop);
        var given = new MySqlConnectionStringBuilder((await front.GetValueAsync(Stop))!);
        Assert.Null(await front.FollowAsync(app.Services, NullLoggerFactory.Instance, Stop));
        moving.ConnectionString = "Server=orders.abc123.eu-west-1.rds.amazonaws.com;Port=3307;User ID=orders_app";
        var second = await front.FollowAsync(app.Services, NullLoggerFactory.Instance, Stop);

        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.NotSame(first, second);
        var then = new MySqlConnectionStringBuilder((await front.GetValueAsync(Stop))!);
        Assert.Equal(given.ConnectionString, then.ConnectionString);
        Assert.Equal(("127.0.0.1", "orders_app", 64), (then.Server, then.UserID, then.Password.Length));
        await second.DisposeAsync();
    }

    private sealed class Moving() : Resource("moving"), IResourceWithConnectionString
    {
        public required string ConnectionString { get; set; }

        public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{ConnectionString}");
    }
}
