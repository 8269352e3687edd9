using Microsoft.EntityFrameworkCore;

namespace Shop;

/// <summary>The smallest model that has a migration.</summary>
public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    /// <summary>The orders.</summary>
    public DbSet<Order> Orders => Set<Order>();
}

/// <summary>An order.</summary>
public sealed class Order
{
    /// <summary>Its number.</summary>
    public int Id { get; set; }

    /// <summary>What was ordered.</summary>
    public string Article { get; set; } = "";
}
