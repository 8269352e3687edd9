using System.Data.Common;
using Amazon.Runtime;
using global::MySqlConnector;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>
/// What a synchronous service does when it starts: every request opens a connection on a thread of the pool, and none has a token yet.
/// </summary>
[Collection(nameof(TestsThatBlockThePool))]
public sealed class ColdStartTests(SharedRds shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, int> Starts
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (var path in (string[])["DbDataSource", "MySqlDataSource", "MySqlConnection"])
            {
                data.Add(path, 64, 200);
                data.Add(path, 200, 200);
                data.Add(path, 200, 2000);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task Every_synchronous_open_of_a_cold_start_passes(string path, int opens, int credentialsTakeMilliseconds)
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = database.ConnectionString;
        builder.AddRdsIamMySqlDataSource("orders", s =>
        {
            s.Use(shared.Rds);
            s.Credentials = new SlowCredentials(Signer.Of(shared.Rds), TimeSpan.FromMilliseconds(credentialsTakeMilliseconds));
        });
        // Not started: the warm-up would hide what is tested.
        using var host = builder.Build();
        var services = host.Services;

        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        var tasks = Enumerable.Range(0, opens).Select(_ => Task.Run(() =>
        {
            try
            {
                using var connection = Open(services, path);
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT 1";
                Assert.Equal(1L, Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture));
            }
            catch (Exception e) when (e is MySqlException or RdsAuthTokenException)
            {
                failures.Add(e.Message);
            }
        }, Stop)).ToList();
        await Task.WhenAll(tasks).WaitAsync(TimeSpan.FromMinutes(2), Stop);

        Assert.Empty(failures.GroupBy(f => f).Select(g => $"{g.Count()} times {g.Key}"));
    }

    [Fact]
    public async Task A_host_that_has_started_has_a_token()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var host = Host(database, _ => { });

        await host.StartAsync(Stop);

        var tokens = host.Services.GetRequiredService<RdsAuthTokenSource>();
        var login = Logins.RdsIamLogin.Of(host.Services.GetRequiredService<MySqlDataSource>())!;
        Assert.NotNull(tokens.GetLiveToken(login.Request));
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task A_host_starts_without_credentials_and_says_so()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var log = new CapturedLog();
        using var host = Host(database, s => s.Credentials = new NoCredentials(), log);

        await host.StartAsync(Stop);

        Assert.Contains(log.Lines, l => l.StartsWith("The host starts without a token for 'orders'; logins try again. The AWS "
            + "credentials of", StringComparison.Ordinal));
        await host.StopAsync(Stop);
    }

    [Fact]
    public async Task The_warm_up_can_be_switched_off()
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);
        using var log = new CapturedLog();
        using var host = Host(database, s => { s.DisableWarmUp = true; s.Credentials = new NoCredentials(); }, log);

        await host.StartAsync(Stop);

        Assert.DoesNotContain(log.Lines, l => l.StartsWith("The host starts without a token", StringComparison.Ordinal));
        await host.StopAsync(Stop);
    }

    private static DbConnection Open(IServiceProvider services, string path)
    {
        switch (path)
        {
            case "DbDataSource":
                return services.GetRequiredService<DbDataSource>().OpenConnection();
            case "MySqlDataSource":
                return services.GetRequiredService<MySqlDataSource>().OpenConnection();
            default:
                var connection = services.GetRequiredService<MySqlConnection>();
                connection.Open();
                return connection;
        }
    }

    private IHost Host(TestDatabase database, Action<RdsIamMySqlSettings> configure, CapturedLog? log = null)
    {
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = database.ConnectionString;
        builder.AddRdsIamMySqlDataSource("orders", s => { s.Use(shared.Rds); configure(s); });
        if (log is not null)
            builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(log);
        return builder.Build();
    }
}

/// <summary>Tests that block the pool's threads run alone.</summary>
[CollectionDefinition(nameof(TestsThatBlockThePool), DisableParallelization = true)]
public sealed class TestsThatBlockThePool;

/// <summary>Credentials that take their time, and the thread that asks, as every provider of this library's own does.</summary>
internal sealed class SlowCredentials(AWSCredentials inner, TimeSpan delay) : AWSCredentials
{
    public override ImmutableCredentials GetCredentials()
    {
        Thread.Sleep(delay);
        return inner.GetCredentials();
    }
}

/// <summary>A provider whose service is away.</summary>
internal sealed class NoCredentials : AWSCredentials
{
    public override ImmutableCredentials GetCredentials() => throw new AmazonClientException("Unable to find credentials.");

    public override Task<ImmutableCredentials> GetCredentialsAsync() => throw new AmazonClientException("Unable to find credentials.");
}
