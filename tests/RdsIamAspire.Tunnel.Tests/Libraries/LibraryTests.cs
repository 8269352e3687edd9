extern alias OracleDriver;

using Dapper;
using FluentMigrator;
using FluentMigrator.Runner;
using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider.MySql;
using LinqToDB.Mapping;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using RdsIamAspire.TestSupport;
using OracleConnection = OracleDriver::MySql.Data.MySqlClient.MySqlConnection;

namespace RdsIamAspire.Tunnel.Tests.Libraries;

/// <summary>Libraries that take only a connection string, each as its own documentation sets it up, with the tunnel's.</summary>
public sealed class LibraryTests(SharedRds shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FluentMigrator_migrates_up_and_down()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        await using var services = new ServiceCollection()
            .AddFluentMigratorCore()
            .ConfigureRunner(runner => runner.AddMySql8().WithGlobalConnectionString(tunnel.ConnectionString)
                .ScanIn(typeof(CreateOrders).Assembly).For.Migrations())
            .BuildServiceProvider();
        using var scope = services.CreateScope();
        var migrations = scope.ServiceProvider.GetRequiredService<IMigrationRunner>();
        migrations.MigrateUp();
        Assert.Equal(1L, await CountTablesAsync(database, "fm_orders"));
        migrations.MigrateDown(0);
        Assert.Equal(0L, await CountTablesAsync(database, "fm_orders"));
    }

    [Fact]
    public async Task Evolve_migrates_with_either_driver()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        var scripts = Directory.CreateTempSubdirectory("evolve-");
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(scripts.FullName, "V1__orders.sql"), "CREATE TABLE ev_orders (id INT PRIMARY KEY);", Stop);
            foreach (var connection in (System.Data.Common.DbConnection[])
                [new MySqlConnector.MySqlConnection(tunnel.ConnectionString), new OracleConnection(tunnel.ConnectionString)])
            {
                await using (connection)
                {
                    var evolve = new EvolveDb.Evolve(connection) { Locations = [scripts.FullName], IsEraseDisabled = true };
                    evolve.Migrate();
                }
            }
        }
        finally
        {
            scripts.Delete(recursive: true);
        }

        Assert.Equal(1L, await CountTablesAsync(database, "ev_orders"));
    }

    [Fact]
    public async Task Linq2db_reads_what_it_wrote()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        await using var db = new DataConnection(new DataOptions().UseMySql(
            tunnel.ConnectionString, MySqlVersion.MySql80, MySqlProvider.MySqlConnector));
        await db.CreateTableAsync<Linq2dbOrder>(token: Stop);
        await db.InsertAsync(new Linq2dbOrder { Id = 1, Article = "tea" }, token: Stop);
        Assert.Equal("tea", (await LinqToDB.Async.AsyncExtensions.SingleAsync(db.GetTable<Linq2dbOrder>(), Stop)).Article);
    }

    [Fact]
    public async Task Dapper_reads_what_it_wrote_with_MySql_Data()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        await using var connection = new OracleConnection(tunnel.ConnectionString);
        await connection.ExecuteAsync("CREATE TABLE d_orders (id INT PRIMARY KEY, article VARCHAR(20))");
        await connection.ExecuteAsync("INSERT INTO d_orders VALUES (@id, @article)", new { id = 1, article = "tea" });
        Assert.Equal("tea", await connection.QuerySingleAsync<string>("SELECT article FROM d_orders WHERE id = @id", new { id = 1 }));
    }

    [Fact]
    public async Task Oracles_provider_for_EF_Core_creates_and_reads()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        await using (var shop = new OracleShop(tunnel.ConnectionString))
        {
            await shop.Database.GetService<IRelationalDatabaseCreator>().CreateTablesAsync(Stop);
            shop.Orders.Add(new OracleOrder { Article = "tea" });
            await shop.SaveChangesAsync(Stop);
        }

        await using var again = new OracleShop(tunnel.ConnectionString);
        Assert.Equal("tea", (await again.Orders.SingleAsync(Stop)).Article);
    }

    [Fact]
    public async Task Quartz_keeps_its_jobs_in_the_database()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        await using var tunnel = OpenTunnel.To(database, shared);
        var scheduler = await QuartzSchedulerBuilder
            .Create(quartz => quartz.UsePersistentStore(store =>
            {
                store.UseMySqlConnector(tunnel.ConnectionString);
                store.ProvisionSchema();
                store.UseSystemTextJsonSerializer();
            }))
            .BuildScheduler(Stop);
        var job = JobBuilder.Create<CountingJob>().WithIdentity(database.Name).StoreDurably().Build();
        await scheduler.AddJob(job, cancellationToken: Stop);
        await scheduler.Start(Stop);
        await scheduler.TriggerJob(job.Key, Stop);
        await TestServer.EventuallyAsync(() => Task.FromResult(CountingJob.Runs.ContainsKey(database.Name)), "the job has run", Stop);
        Assert.Equal(1L, await TestServer.ScalarAsync(tunnel.ConnectionString, "SELECT COUNT(*) FROM QRTZ_JOB_DETAILS", Stop));
        await scheduler.Shutdown(waitForJobsToComplete: true, Stop);
    }

    private async Task<object?> CountTablesAsync(TestDatabase database, string table) => await TestServer.ScalarAsync(
        shared.Rds.Server.AdminConnectionString,
        $"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '{database.Name}' AND table_name = '{table}'", Stop);

    [Migration(1)]
    public sealed class CreateOrders : Migration
    {
        public override void Up() => Create.Table("fm_orders").WithColumn("id").AsInt32().PrimaryKey();

        public override void Down() => Delete.Table("fm_orders");
    }

    [Table("l_orders")]
    private sealed class Linq2dbOrder
    {
        [LinqToDB.Mapping.PrimaryKey]
        public int Id { get; set; }

        [Column(Length = 20)]
        public string Article { get; set; } = "";
    }

    private sealed class OracleShop(string connectionString) : DbContext
    {
        public DbSet<OracleOrder> Orders => Set<OracleOrder>();

        protected override void OnConfiguring(DbContextOptionsBuilder options) =>
            MySQLDbContextOptionsExtensions.UseMySQL(options, connectionString);

        protected override void OnModelCreating(ModelBuilder model) => model.Entity<OracleOrder>().ToTable("o_orders");
    }

    private sealed class OracleOrder
    {
        public int Id { get; set; }

        public string Article { get; set; } = "";
    }

    private sealed class CountingJob : IJob
    {
        public static System.Collections.Concurrent.ConcurrentDictionary<string, byte> Runs { get; } = new();

        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            Runs[context.JobDetail.Key.Name] = 0;
            return default;
        }
    }
}
