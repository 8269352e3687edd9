using System.Net;
using System.Net.Http.Json;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>OrdersApi, unchanged from what would run on AWS, under an AppHost.</summary>
public sealed class OrdersApiTests
{
    [Fact]
    public async Task It_reads_rows_over_IAM_turns_red_when_connect_is_denied_and_green_again()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await StartAsync();
        await host.HealthyAsync("orders-api");
        using var client = host.HttpClient("orders-api");

        Assert.Contains(
            "\"customer\"",
            await client.GetStringAsync(new Uri("/orders", UriKind.Relative), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Contains(
            "orders_app@%",
            await client.GetStringAsync(new Uri("/whoami", UriKind.Relative), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);

        await host.CommandAsync("orders-db", "deny-connect");
        await host.CommandAsync("orders-db", "end-sessions");
        using var red = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, red.StatusCode);
        await host.LogAsync("orders-db", "DeniedByFault");
        await host.UnhealthyAsync("orders-api");

        await host.CommandAsync("orders-db", "allow-connect");
        await host.HealthyAsync("orders-api");
        using var green = await client.GetAsync(new Uri("/orders", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, green.StatusCode);
    }

    [Fact]
    public async Task It_reads_its_rows_again_after_the_server_restarted()
    {
        await ThisMachine.HasMySqlImageAsync();
        await using var host = await StartAsync();
        await host.HealthyAsync("orders-api");
        using var client = host.HttpClient("orders-api");
        using var order = JsonContent.Create(new { customer = "Barbara Liskov", total = 3 });
        using var created = await client.PostAsync(new Uri("/orders", UriKind.Relative), order, TestContext.Current.CancellationToken);

        Assert.True((await host.CommandAsync("orders-db", "restart")).Success);

        Assert.Contains(
            "Barbara Liskov",
            await client.GetStringAsync(created.Headers.Location, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    private static Task<RunningAppHost> StartAsync() => RunningAppHost.StartAsync(static builder =>
        {
            var orders = builder.AddRdsMySql("orders-db")
                .WithRdsIamAuth("orders_app", ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE"])
                .RunAsContainer()
                .AddDatabase("orders");
            builder.AddProject<Projects.OrdersApi>("orders-api", static project => project.ExcludeLaunchProfile = true)
                .WithReference(orders)
                .WaitFor(orders)
                .WithHttpEndpoint()
                .WithHttpHealthCheck("/health");
        });
}
