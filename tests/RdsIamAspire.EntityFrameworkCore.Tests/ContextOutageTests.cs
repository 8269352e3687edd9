using Amazon.Runtime;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace RdsIamAspire.EntityFrameworkCore.Tests;

/// <summary>An outage of credentials, seen by contexts: the server hears nothing of it, and does not lock the host out.</summary>
public sealed class ContextOutageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifteen_failed_logins_of_a_context_do_not_lock_the_host_out_and_name_the_credentials()
    {
        await using var server = await BlockingRds.StartAsync(Stop);
        var from = server.ConnectionStringFrom("127.0.0.5");
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = from;
        builder.AddRdsIamMySqlDbContext<Empty>("orders", s =>
        {
            s.Region = server.Rds.Emulator.Region;
            s.Credentials = new Away();
        });
        using var host = builder.Build();
        Func<Task<string>>[] paths =
        [
            () => SayAsync(async () =>
            {
                await using var scope = host.Services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<Empty>().Database.ExecuteSqlRawAsync("DO 1", Stop);
            }),
            () => SayAsync(() => Task.Run(() =>
            {
                using var scope = host.Services.CreateScope();
                scope.ServiceProvider.GetRequiredService<Empty>().Database.ExecuteSqlRaw("DO 1");
            }, Stop)),
            async () => (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop)).Entries["Empty"].Description!,
        ];

        foreach (var path in paths)
        {
            for (var i = 0; i < 15; i++)
            {
                Assert.Contains(
                    "The AWS credentials of the Credentials option (Away) could not be had: Nobody is at home.", await path(),
                    StringComparison.Ordinal);
            }
        }

        Assert.Equal(0, await server.HandshakeErrorsAsync(Stop));
        Assert.True(await BlockingRds.LetsInAsync(from, Stop));
    }

    private static async Task<string> SayAsync(Func<Task> use) => (await Assert.ThrowsAnyAsync<Exception>(use)).Message;

    private sealed class Empty(DbContextOptions<Empty> options) : DbContext(options);

    private sealed class Away : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw new AmazonClientException("Nobody is at home.");
    }
}
