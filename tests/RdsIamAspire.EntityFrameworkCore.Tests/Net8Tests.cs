namespace RdsIamAspire.EntityFrameworkCore.Tests;

/// <summary>What services on .NET 8 get. Where that runtime is missing, the assemblies for it run on the next one.</summary>
public sealed class Net8Tests(SharedRds shared)
{
    [Fact]
    public async Task A_service_on_NET_8_logs_in_each_way_with_the_assemblies_for_it()
    {
        await using var database = await shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        var environment = shared.Rds.GetEnvironment("orders", database.User, database.Name);
        var said = await Programs.RunAsync(Path.GetTempPath(), "dotnet", [Programs.Net8Service], environment);
        Assert.Equal(
            $"""
            RdsIamAspire: .NETCoreApp,Version=v8.0, 0
            RdsIamAspire.Tunnel: .NETCoreApp,Version=v8.0, 0
            RdsIamAspire.EntityFrameworkCore: .NETCoreApp,Version=v8.0, 0
            Microsoft.EntityFrameworkCore: .NETCoreApp,Version=v8.0, 8
            data source: {database.User}@%
            Added: {database.User}@% by RdsIamExecutionStrategy
            Enriched: {database.User}@% by RdsIamExecutionStrategy
            tunnel: {database.User}@%
            health: Healthy of 4
            """,
            said.Trim(),
            ignoreLineEndingDifferences: true);
    }
}
