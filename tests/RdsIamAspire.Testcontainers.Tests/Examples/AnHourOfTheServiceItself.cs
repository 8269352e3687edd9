using System.Data.Common;
using Amazon.Runtime;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace RdsIamAspire.Testcontainers.Tests.Examples;

/// <summary>
/// The service's own registration, whose tokens are signed and renewed by the clock that server and service share: an hour passes in a test
/// of the real thing. docs/testing.md shows it.
/// </summary>
public sealed class AnHourOfTheServiceItself
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_service_signs_anew_when_an_hour_has_passed()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(30));
        await using var rds = (await Machine.RequireAsync()).WithIamUser("orders_app").WithClock(clock).Build();
        await rds.StartAsync(Cancel);
        var builder = new HostApplicationBuilder();
        builder.Configuration["ConnectionStrings:orders"] = rds.GetConnectionString("orders_app");
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddRdsIamMySqlDataSource("orders", settings =>
        {
            settings.Credentials = CredentialsOf(rds.GetAwsEnvironment());
            settings.Region = rds.GetAwsEnvironment()["AWS_REGION"];
        });
        using var service = builder.Build();
        await service.StartAsync(Cancel);
        var database = service.Services.GetRequiredService<DbDataSource>();
        await using var early = await database.OpenConnectionAsync(Cancel);

        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, await early.ExecuteScalarAsync<int>("SELECT 1"));
        await using var late = await database.OpenConnectionAsync(Cancel);
        Assert.Equal("orders_app@%", await late.ExecuteScalarAsync<string>("SELECT CURRENT_USER()"));
        // The server, whose clock is the same, has judged both tokens by it and refused none.
        Assert.Equal([true, true], rds.Logins.Select(attempt => attempt.Allowed));
        Assert.Equal(TimeSpan.FromHours(1), rds.Logins[1].Time - rds.Logins[0].Time);
        await service.StopAsync(Cancel);
    }

    private static SessionAWSCredentials CredentialsOf(IReadOnlyDictionary<string, string> environment) =>
        new(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], environment["AWS_SESSION_TOKEN"]);
}
