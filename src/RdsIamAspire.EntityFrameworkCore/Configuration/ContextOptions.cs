using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Pomelo.EntityFrameworkCore.MySql.Infrastructure.Internal;
using RdsIamAspire.EntityFrameworkCore.DataSources;
using RdsIamAspire.EntityFrameworkCore.Resilience;

namespace RdsIamAspire.EntityFrameworkCore.Configuration;

/// <summary>What EF Core is told of a context.</summary>
internal static class ContextOptions
{
    /// <summary>For a context of ours.</summary>
    public static void Use<TContext>(
        IServiceProvider services, DbContextOptionsBuilder options, RdsIamMySqlDbContextSettings settings, string name)
        where TContext : DbContext
    {
        var version = Version(settings.ServerVersion);
        if (!string.IsNullOrWhiteSpace(settings.ConnectionString))
        {
            var source = services.GetRequiredKeyedService<ContextDataSource>(typeof(TContext));
            options.UseMySql(source.DataSource, version, mysql => Harden(mysql, settings, source))
                .AddInterceptors(new LoginInterceptor(source.DataSource));
        }
        else if (EF.IsDesignTime)
        {
            // Migrations are made from the model; only their application asks for a database.
            options.UseMySql(version);
        }
        else
        {
            throw new InvalidOperationException(
                $"There is no connection string for '{name}': set 'ConnectionStrings:{name}' or "
                    + $"'RdsIam:EntityFrameworkCore:{typeof(TContext).Name}:"
                + "ConnectionString', for example Server=HOST;User ID=USER;Database=DATABASE. "
                + "An AppHost sets it with WithReference, 'rds-iam local' by itself.");
        }
    }

#pragma warning disable EF1001 // The server's version, which a context was given, stands nowhere else.
    /// <summary>For a context that the application has configured with UseMySql.</summary>
    public static void Enrich<TContext>(IServiceProvider services, DbContextOptionsBuilder options, RdsIamMySqlDbContextSettings settings)
        where TContext : DbContext
    {
        var given = options.Options.FindExtension<MySqlOptionsExtension>()
            ?? throw new InvalidOperationException($"The context {typeof(TContext).Name} is not on Pomelo: configure it with UseMySql.");
        if (given.DataSource is not null)
            throw Refuse<TContext>("a data source", "build the data source with UseRdsIamAuth() and leave EnrichRdsIamMySqlDbContext out");
        if (given.Connection is not null)
            throw Refuse<TContext>("an open connection", "give UseMySql a connection string without a password");
        if (string.IsNullOrWhiteSpace(given.ConnectionString))
        {
            if (EF.IsDesignTime)
                return;
            throw Refuse<TContext>("no connection string", "give UseMySql one without a password");
        }

        settings.ConnectionString ??= given.ConnectionString;
        var source = services.GetRequiredKeyedService<ContextDataSource>(typeof(TContext));
        ((IDbContextOptionsBuilderInfrastructure)options).AddOrUpdateExtension((MySqlOptionsExtension)given.WithConnectionString(null));
        var keepStrategy = given.ExecutionStrategyFactory is not null;
        options.UseMySql(source.DataSource, given.ServerVersion, mysql => Harden(mysql, settings, source, keepStrategy))
            .AddInterceptors(new LoginInterceptor(source.DataSource));
    }
#pragma warning restore EF1001

    private static void Harden(
        MySqlDbContextOptionsBuilder mysql, RdsIamMySqlDbContextSettings settings, ContextDataSource source, bool keepStrategy = false)
    {
        if (settings.MaxRetryCount > 0 && !keepStrategy)
        {
            mysql.ExecutionStrategy(dependencies =>
                new RdsIamExecutionStrategy(dependencies, settings.MaxRetryCount, settings.MaxRetryDelay, source));
        }

        if (settings.CommandTimeout is { } seconds)
            mysql.CommandTimeout(seconds);
    }

    private static ServerVersion Version(string text)
    {
        try
        {
            return ServerVersion.Parse(text.Contains('-', StringComparison.Ordinal) ? text : text + "-mysql");
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"ServerVersion '{text}' is not a version of MySQL: give one such as 8.0.36.", e);
        }
    }

    private static InvalidOperationException Refuse<TContext>(string what, string instead) =>
        new($"The context {typeof(TContext).Name} was given {what}: {instead}.");
}
