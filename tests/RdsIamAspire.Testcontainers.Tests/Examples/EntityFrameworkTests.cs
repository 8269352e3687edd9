using Microsoft.EntityFrameworkCore;

namespace RdsIamAspire.Testcontainers.Tests.Examples;

/// <summary>EF Core on a data source over IAM: migrations and queries log in with tokens too.</summary>
public sealed class EntityFrameworkTests(SharedRdsMySql shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schema_is_made_and_rows_are_kept()
    {
        await using var database = await shared.Rds.CreateDatabaseAsync(Cancel);
        // Pomelo asks for these two options.
        await using var dataSource = database.CreateDataSource(builder =>
        {
            builder.ConnectionStringBuilder.AllowUserVariables = true;
            builder.ConnectionStringBuilder.UseAffectedRows = false;
        });
        var options = new DbContextOptionsBuilder<Shop>().UseMySql(dataSource, ServerVersion.Parse("8.4.0-mysql")).Options;

        await using (var shop = new Shop(options))
        {
            await shop.Database.EnsureCreatedAsync(Cancel);
            shop.Orders.Add(new ShopOrder { Customer = "Dorothy Vaughan" });
            await shop.SaveChangesAsync(Cancel);
        }

        await using var again = new Shop(options);
        Assert.Equal("Dorothy Vaughan", (await again.Orders.SingleAsync(Cancel)).Customer);
    }
}

internal sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<ShopOrder> Orders => Set<ShopOrder>();
}

internal sealed class ShopOrder
{
    public long Id { get; set; }

    public required string Customer { get; set; }
}
