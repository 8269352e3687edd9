using Amazon.Runtime;
using RdsIamAspire.Tunnel;

namespace RdsIamAspire.EntityFrameworkCore.Tests;

/// <summary>The real <c>dotnet ef</c> on an application of one line, by each way that docs/ef-core.md shows.</summary>
public sealed class DotnetEfTests(SharedRds shared, MigratedShop shop) : IClassFixture<MigratedShop>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrations_are_made_and_written_as_SQL_without_a_database()
    {
        Assert.Contains("Done.", shop.Added);
        Assert.Contains("CREATE TABLE `Orders`", await shop.EfAsync(["migrations", "script", "--no-build"]));
        Assert.Contains("No changes", await shop.EfAsync(["migrations", "has-pending-model-changes", "--no-build"]));
    }

    [Fact]
    public async Task An_environment_with_an_endpoint_and_AWS_credentials_is_enough()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var environment = shared.Rds.GetEnvironment("orders", database.User, database.Name);
        Assert.Contains("First (Pending)", await shop.EfAsync(["migrations", "list", "--no-build"], environment));
        Assert.Contains("Done.", await shop.EfAsync(["database", "update", "--no-build"], environment));
        Assert.DoesNotContain("Pending", await shop.EfAsync(["migrations", "list", "--no-build"], environment));
        Assert.Equal("0", (await Programs.RunAsync(shop.Folder, "dotnet", ["run", "--no-build"], environment)).Trim());
    }

    [Fact]
    public async Task Rds_iam_local_gives_it_the_emulator()
    {
        if (await TestServer.WhyNoneAsync() is { } reason) Assert.Skip(reason);
        var said = await Programs.RunAsync(shop.Folder, "dotnet",
        [
            Programs.Tool, "local", "--name", "orders", "--database", "orders", "--",
            "sh", "-c", "dotnet ef database update --no-build && dotnet ef migrations list --no-build",
        ]);
        Assert.Contains("Done.", said);
        Assert.Matches(@"\d+_First\s*\n", said);
        Assert.DoesNotContain("Pending", said);
    }

    [Fact]
    public async Task A_tunnels_connection_string_is_taken_by_the_option_connection()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var principal = shared.Rds.Emulator.Principals[0];
        await using var tunnel = new RdsIamTunnel(new RdsIamTunnelOptions
        {
            ConnectionString = database.ConnectionString,
            Region = shared.Rds.Emulator.Region,
            Credentials = new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken),
        });
        // No endpoint and no AWS credentials: all that the tool has is the tunnel's.
        Assert.Contains("Done.", await shop.EfAsync(["database", "update", "--no-build", "--connection", tunnel.ConnectionString]));
        Assert.Equal(1L, await TestServer.ScalarAsync(
            shared.Rds.Server.AdminConnectionString, $"SELECT COUNT(*) FROM `{database.Name}`.`__EFMigrationsHistory`", Stop));
    }

    [Fact]
    public async Task Through_a_port_forward_the_endpoints_own_name_and_port_are_signed_for()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var forward = new PortForward(shared.Rds.Server.Host, shared.Rds.Server.Port);
        var environment = new Dictionary<string, string>(shared.Rds.GetEnvironment("orders", database.User, database.Name))
        {
            ["ConnectionStrings__orders"] = $"Server=127.0.0.1;Port={forward.Port};User ID={database.User};Database={database.Name};"
                + $"SslCa={shared.Rds.CaCertificatePath}",
            ["RdsIam__EntityFrameworkCore__orders__SignForHost"] = shared.Rds.Server.Host,
            ["RdsIam__EntityFrameworkCore__orders__SignForPort"] = $"{shared.Rds.Server.Port}",
        };
        Assert.Contains("Done.", await shop.EfAsync(["database", "update", "--no-build"], environment));
        Assert.True(forward.Connections > 0);
    }

    [Fact]
    public async Task A_bundle_logs_in_where_it_runs()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var bundle = Path.Combine(shop.Folder, "efbundle");
        // It is published for this machine's kind, and so are the projects that it refers to.
        var building = new Dictionary<string, string> { ["BuildProjectReferences"] = "true" };
        Assert.Contains("Done.", await shop.EfAsync(["migrations", "bundle", "--no-build", "--output", bundle, "--force"], building));
        var environment = shared.Rds.GetEnvironment("orders", database.User, database.Name);
        await Programs.RunAsync(Path.GetTempPath(), bundle, [], environment);
        Assert.Equal(1L, await TestServer.ScalarAsync(
            shared.Rds.Server.AdminConnectionString, $"SELECT COUNT(*) FROM `{database.Name}`.`__EFMigrationsHistory`", Stop));
    }
}
