using RdsIamAspire.EntityFrameworkCore.Tests;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>The real <c>dotnet ef</c> as a resource of an AppHost.</summary>
public sealed class EfMigrationTests(MigratedShop shop) : IClassFixture<MigratedShop>
{
    [Fact]
    public async Task An_AppHost_migrates_its_database_before_the_service_starts()
    {
        await ThisMachine.HasAServerAsync();
        await using var host = await RunningAppHost.StartAsync(builder =>
        {
            var orders = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app", ["ALL"]).RunAsEmulator().AddDatabase("orders");
            var migrations = builder.AddExecutable("migrations", "dotnet", shop.Folder, "ef", "database", "update", "--no-build")
                .WithEnvironment("DOTNET_ROLL_FORWARD", "Major")
                .WithReference(orders).WaitFor(orders);
            builder.AddExecutable("api", "dotnet", shop.Folder, "run", "--no-build").WithReference(orders).WaitForCompletion(migrations);
        });

        await host.StateAsync("api", KnownResourceStates.Finished, KnownResourceStates.FailedToStart);

        Assert.Equal(1L, await host.QueryAsync<long>("orders", "SELECT COUNT(*) FROM __EFMigrationsHistory"));
        Assert.EndsWith("Z 0", await host.LogAsync("api", "Z 0"), StringComparison.Ordinal);
    }
}
