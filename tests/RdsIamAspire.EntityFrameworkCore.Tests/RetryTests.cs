using System.Data.Common;
using Amazon.Runtime;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MySqlConnector;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.EntityFrameworkCore.Tests;

/// <summary>What the execution strategy tries again, and what not, against real servers.</summary>
public sealed class RetryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_statement_that_meets_a_failover_is_tried_again_on_a_new_connection()
    {
        await using var rds = await TestServer.StartRdsAsync(cancellationToken: Stop);
        await rds.Emulator.CreateIamUserAsync("app", "orders", Stop);
        var attempts = new Attempts();
        using var host = Build(rds, attempts);
        await using (var first = host.Services.CreateAsyncScope())
        {
            var store = first.ServiceProvider.GetRequiredService<Store>();
            await store.Database.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(Stop);
            // A connection to what is the writer now waits in the pool.
            await store.Orders.CountAsync(Stop);
        }

        // What a client sees of a failover: the old writer is a reader, and says so (1290, read-only).
        await TestServer.ExecuteAsync(rds.Server, "SET GLOBAL super_read_only = ON", Stop);
        attempts.AfterFailure = () => attempts.Failures.Count < 2
            ? Task.CompletedTask
            : TestServer.ExecuteAsync(rds.Server, "SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF", Stop);
        await using var scope = host.Services.CreateAsyncScope();
        var shop = scope.ServiceProvider.GetRequiredService<Store>();
        shop.Orders.Add(new Order { Article = "tea" });
        await shop.SaveChangesAsync(Stop);

        Assert.Equal(1, await shop.Orders.CountAsync(Stop));
        Assert.Equal(2, attempts.Failures.Count);
        Assert.All(attempts.Failures, failure => Assert.Equal(MySqlErrorCode.OptionPreventsStatement, failure.Error.ErrorCode));
        // The pool's connection to the old writer was left.
        Assert.NotEqual(attempts.Failures[0].Connection, attempts.Failures[1].Connection);
    }

    [Fact]
    public async Task A_statement_whose_answer_was_lost_is_not_tried_again_as_it_may_be_done()
    {
        await using var rds = await TestServer.StartRdsAsync(cancellationToken: Stop);
        await rds.Emulator.CreateIamUserAsync("app", "orders", Stop);
        var attempts = new Attempts();
        using var host = Build(rds, attempts);
        await using var scope = host.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<Store>();
        await store.Database.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(Stop);
        attempts.BeforeWrite = async connection =>
        {
            attempts.BeforeWrite = null;
            await TestServer.ExecuteAsync(rds.Server, $"KILL {connection}", Stop);
        };
        store.Orders.Add(new Order { Article = "tea" });
        await Assert.ThrowsAsync<DbUpdateException>(() => store.SaveChangesAsync(Stop));
        Assert.Equal(1, attempts.Writes);
        Assert.Equal(0, await store.Orders.CountAsync(Stop));
    }

    [Fact]
    public async Task A_login_without_credentials_is_not_tried_again()
    {
        await using var rds = await TestServer.StartRdsAsync(cancellationToken: Stop);
        var asked = 0;
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = rds.GetConnectionString("app", "orders");
        builder.AddRdsIamMySqlDbContext<Store>("orders", settings =>
        {
            settings.Region = rds.Emulator.Region;
            settings.Credentials = new NoCredentials(() => asked++);
        });
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();
        var failure = await Assert.ThrowsAnyAsync<Exception>(
            () => scope.ServiceProvider.GetRequiredService<Store>().Orders.CountAsync(Stop));
        Assert.Contains("the vault is closed", failure.ToString());
        // A strategy that tried six times would say so.
        Assert.IsNotType<RetryLimitExceededException>(failure);
        Assert.InRange(asked, 1, 3);
    }

    private static IHost Build(LocalRds rds, Attempts attempts)
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = rds.GetConnectionString("app", "orders");
        builder.AddRdsIamMySqlDbContext<Store>("orders",
            settings =>
            {
                var principal = rds.Emulator.Principals[0];
                settings.Region = rds.Emulator.Region;
                settings.Credentials = new SessionAWSCredentials(principal.AccessKeyId, principal.SecretAccessKey, principal.SessionToken);
            },
            options => options.AddInterceptors(attempts));
        return builder.Build();
    }

    /// <summary>Notes what failed and on which of the server's connections.</summary>
    private sealed class Attempts : DbCommandInterceptor
    {
        public List<(MySqlException Error, int Connection)> Failures { get; } = [];

        public int Writes { get; private set; }

        public int LastWrite { get; private set; }

        public Func<Task>? AfterFailure { get; set; }

        public Func<int, Task>? BeforeWrite { get; set; }

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            if (command.CommandText.Contains("INSERT", StringComparison.Ordinal))
            {
                Writes++;
                LastWrite = ((MySqlConnection)command.Connection!).ServerThread;
                if (BeforeWrite is { } before)
                    await before(LastWrite);
            }

            return result;
        }

        public override async Task CommandFailedAsync(
            DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
        {
            if (eventData.Exception is MySqlException error)
                Failures.Add((error, LastWrite));
            if (AfterFailure is { } after)
                await after();
        }
    }

    private sealed class NoCredentials(Action asked) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials()
        {
            asked();
            throw new AmazonClientException("the vault is closed");
        }
    }

    internal sealed class Store(DbContextOptions<Store> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();
    }

    internal sealed class Order
    {
        public int Id { get; set; }

        public string Article { get; set; } = "";
    }
}
