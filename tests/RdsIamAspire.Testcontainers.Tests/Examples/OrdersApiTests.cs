using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Testing;

namespace RdsIamAspire.Testcontainers.Tests.Examples;

/// <summary>A whole service in the test process: its own code makes the tokens, from the environment that it would have on AWS.</summary>
public sealed class OrdersApiTests(SharedRdsMySql shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_service_reads_and_writes_over_its_own_IAM_logins()
    {
        await using var database = await shared.Rds.CreateDatabaseAsync(Cancel);
        await using var service = StartService(database);
        using var client = service.CreateClient();

        var created = await client.PostAsJsonAsync("/orders", new { customer = "Katherine Johnson", total = 18.20 }, Cancel);
        var orders = await client.GetFromJsonAsync<JsonElement>("/orders", Cancel);
        var me = await client.GetFromJsonAsync<JsonElement>("/whoami", Cancel);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Contains(orders.EnumerateArray(), order => order.GetProperty("customer").GetString() == "Katherine Johnson");
        Assert.Equal($"{database.User}@%", me.GetProperty("user").GetString());
        shared.Rds.ShouldHaveAllowed(database.User);
    }

    private WebApplicationFactory<Program> StartService(RdsMySqlDatabase database)
    {
        // What ECS, EKS or Lambda would put there. One server for the whole run means one set of credentials for the process.
        foreach (var (name, value) in shared.Rds.GetAwsEnvironment()) Environment.SetEnvironmentVariable(name, value);
        return new WebApplicationFactory<Program>().WithWebHostBuilder(
            host => host.UseSetting("ConnectionStrings:orders", database.GetConnectionString()));
    }
}
