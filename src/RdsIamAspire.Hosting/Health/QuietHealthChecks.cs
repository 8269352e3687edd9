using Aspire.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RdsIamAspire.Hosting.Health;

/// <summary>
/// Keeps the health check service from writing every unhealthy result to the AppHost's console, every few seconds for as long as something
/// starts or is
/// denied: what it says stands on the resource's health, and in the endpoint's log once. An AppHost that sets the category's level keeps
/// its level.
/// </summary>
internal static class QuietHealthChecks
{
    private const string Category = "Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService";

    internal static void In(IDistributedApplicationBuilder builder)
    {
        if (builder.Configuration[$"Logging:LogLevel:{Category}"] is null
            && builder.Services.All(static s => s.ServiceType != typeof(Marker)))
        {
            builder.Services.AddSingleton<Marker>();
            builder.Services.AddLogging(static logging => logging.AddFilter(Category, LogLevel.None));
        }
    }

    private sealed class Marker;
}
