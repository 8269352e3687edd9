#if !NET9_0_OR_GREATER
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

/// <summary>What EF Core 9 has and EF Core 8, which services on .NET 8 use, has not.</summary>
internal static class EntityFramework8
{
    /// <summary>Adds to the options of a context that is registered already.</summary>
    public static void ConfigureDbContext<TContext>(
        this IServiceCollection services, Action<IServiceProvider, DbContextOptionsBuilder> configure)
        where TContext : DbContext
    {
        // AddDbContext and AddDbContextPool of EF Core 8 register the options by a factory, once.
        var given = services.Last(service => service.ServiceType == typeof(DbContextOptions<TContext>));
        var make = given.ImplementationFactory
            ?? throw new InvalidOperationException(
                $"The options of {typeof(TContext).Name} are an object that is made already: register the context with AddDbContext.");
        services.Remove(given);
        services.Add(new ServiceDescriptor(
            typeof(DbContextOptions<TContext>),
            provider =>
            {
                var options = new DbContextOptionsBuilder<TContext>((DbContextOptions<TContext>)make(provider));
                configure(provider, options);
                return options.Options;
            },
            given.Lifetime));
    }
}
#endif
