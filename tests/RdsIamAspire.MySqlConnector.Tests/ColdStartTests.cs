using Amazon.Runtime;
using global::MySqlConnector;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>
/// What a synchronous service does when it starts: every request opens a connection on a thread of the pool, and none has a token yet.
/// </summary>
public sealed class ColdStartTests(SharedRds shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, int, bool> Starts
    {
        get
        {
            var data = new TheoryData<string, int, int, bool>();
            foreach (var path in (string[])["DbDataSource", "MySqlDataSource", "MySqlConnection"])
            {
                data.Add(path, 64, 200, false);
                data.Add(path, 200, 200, true);
                data.Add(path, 200, 2000, false);
                data.Add(path, 200, 2000, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task Every_synchronous_open_of_a_cold_start_passes(
        string path, int opens, int credentialsTakeMilliseconds, bool credentialsAwait)
    {
        await using var database = await shared.CreateDatabaseAsync(Stop);

        var failures = await ColdService.RunAsync(
            shared.Rds, database.ConnectionString, new(path, opens, credentialsTakeMilliseconds, credentialsAwait), Stop);

        Assert.Empty(failures);
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

/// <summary>A provider whose service is away.</summary>
internal sealed class NoCredentials : AWSCredentials
{
    public override ImmutableCredentials GetCredentials() => throw new AmazonClientException("Unable to find credentials.");

    public override Task<ImmutableCredentials> GetCredentialsAsync() => throw new AmazonClientException("Unable to find credentials.");
}
