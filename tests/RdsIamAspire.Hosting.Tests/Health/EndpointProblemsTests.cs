using Microsoft.Extensions.Logging;
using RdsIamAspire.Hosting.Health;
using RdsIamAspire.Hosting.Local;

namespace RdsIamAspire.Hosting.Tests.Health;

/// <summary>What the AppHost's console says, for whoever has no dashboard open: each reason once, and no login that went well.</summary>
public sealed class EndpointProblemsTests
{
    private static readonly string[] OneEach =
    [
        "No login to orders-db works, and what waits for it goes on waiting: no credentials",
        "No login to orders-db works, and what waits for it goes on waiting: no route",
        "Logins to orders work.",
    ];

    [Fact]
    public void The_console_hears_each_reason_once_for_an_endpoint_and_its_databases()
    {
        using var console = new RecordedLog();
        var builder = AppHostModel.InRunMode();
        var server = builder.AddRdsMySql("orders-db").WithRdsIamAuth("orders_app");
        var orders = server.AddDatabase("orders");
        var problems = new EndpointProblems(new ResourceLoggerService(), new DistributedApplicationModel(builder.Resources), console);

        foreach (var reason in (string[])["no credentials", "no credentials", "no route"])
        {
            problems.Failed(server.Resource, reason);
            problems.Failed(orders.Resource, reason);
        }

        problems.Worked(server.Resource);
        problems.Worked(orders.Resource);
        problems.Worked(orders.Resource);

        Assert.Equal(OneEach, console.Lines);
    }

    [Fact]
    public void Single_logins_are_left_to_the_log_that_knows_whose_they_are()
    {
        using var console = new RecordedLog();
        using var factory = new EmulatorConsole(console);
        var log = factory.CreateLogger("RdsIamAspire.Emulator");

        log.Log(LogLevel.Information, new EventId(2), "allowed", exception: null, static (s, _) => s);
        log.Log(LogLevel.Warning, new EventId(3), "denied", exception: null, static (s, _) => s);
        log.Log(LogLevel.Error, new EventId(12), "cannot be judged", exception: null, static (s, _) => s);

        Assert.Equal(["cannot be judged"], console.Lines);
    }
}
