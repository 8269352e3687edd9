using Microsoft.EntityFrameworkCore;

namespace Net8Service;

/// <summary>Registered by the package.</summary>
internal sealed class Added(DbContextOptions<Added> options) : DbContext(options);

/// <summary>Registered by the application, enriched by the package.</summary>
internal sealed class Enriched(DbContextOptions<Enriched> options) : DbContext(options);
