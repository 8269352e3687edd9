using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Logins;

namespace RdsIamAspire.Hosting.Tests.Health;

/// <summary>What an AppHost's end does to logins that are under way is no reason of theirs, and told to nobody.</summary>
public sealed class AppHostEndTests
{
    public static TheoryData<string, Action<IServiceProvider>> Ends => new()
    {
        { "stopped", static services => services.GetRequiredService<IHostApplicationLifetime>().StopApplication() },
        { "disposed of: the tokens first", static services => services.GetRequiredService<RdsTokens>().Dispose() },
        { "disposed of: the CA first", static services => services.GetRequiredService<RdsCaFile>().Dispose() },
        { "disposed of altogether", static services => ((IDisposable)services).Dispose() },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task What_fails_at_an_AppHosts_end_is_told_to_nobody(string how, Action<IServiceProvider> end)
    {
        using var said = new RecordedLog();
        var builder = AppHostModel.InRunMode();
        builder.Services.AddLogging(logging => logging.AddProvider(said));
        // With keys, and a server that is not there.
        builder.Services.AddSingleton(new RdsAuthTokenSourceOptions
        {
            Credentials = new Amazon.Runtime.BasicAWSCredentials("AKIAEXAMPLE", "n0t-4-s3cret"),
        });
        var orders = builder.AddRdsMySql("orders-db", "127.0.0.1", 1, "eu-west-1").WithRdsIamAuth("orders_app");
        await using var app = builder.Build();
        var registration = app.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single(
            static one => one.Name == "orders-db_iam_login");
        var check = registration.Factory(app.Services);
        _ = app.Services.GetRequiredService<RdsCaFile>().Path;

        end(app.Services);
        var health = await check.CheckHealthAsync(new() { Registration = registration }, TestContext.Current.CancellationToken);
        var start = await RdsLifecycle.TryStartAsync(orders.Resource, app.Services, said, TestContext.Current.CancellationToken);

        Assert.True(health.Description == "The AppHost stops.", $"{how}: {health.Description}");
        Assert.Equal("The AppHost stops.", start);
        Assert.DoesNotContain(said.Lines, static line => line.Contains("orders-db", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Before_that_a_login_that_fails_is_told()
    {
        using var said = new RecordedLog();
        var builder = AppHostModel.InRunMode();
        builder.Services.AddLogging(logging => logging.AddProvider(said));
        builder.AddRdsMySql("orders-db", "127.0.0.1", 1, "eu-west-1").WithRdsIamAuth("orders_app");
        await using var app = builder.Build();
        var registration = app.Services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single(
            static one => one.Name == "orders-db_iam_login");

        await registration.Factory(app.Services).CheckHealthAsync(
            new() { Registration = registration }, TestContext.Current.CancellationToken);

        Assert.Contains(said.Lines, static line => line.Contains("No login to orders-db works", StringComparison.Ordinal));
    }
}
