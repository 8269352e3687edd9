using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace RdsIamAspire.Hosting.Tests;

/// <summary>An AppHost that is built and not started: what its resources would be given can be read.</summary>
internal static class AppHostModel
{
    public static IDistributedApplicationBuilder InRunMode() =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true, Args = [] });

    public static IDistributedApplicationBuilder InPublishMode(string? outputPath = null)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            DisableDashboard = true,
            Args = ["--operation", "publish", "--step", "publish", "--output-path", outputPath ?? Path.GetTempPath()],
        });
        builder.KeepStateApart(outputPath ?? Guid.NewGuid().ToString());
        return builder;
    }

    /// <summary>
    /// What Aspire remembers of deployments stands in the user's home folder, one file for an AppHost's path: those of tests would share it.
    /// </summary>
    public static void KeepStateApart(this IDistributedApplicationBuilder builder, string outputPath) =>
        builder.Configuration["AppHost:PathSha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(outputPath)));

    /// <summary>The environment that the consumer would start with; endpoints of containers are at the given port.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> EnvironmentOfAsync(
        IDistributedApplicationBuilder builder,
        IResource consumer,
        int port = 54321)
    {
        foreach (var container in builder.Resources.OfType<ContainerResource>())
        {
            foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
            {
                endpoint.AllocatedEndpoint ??= new AllocatedEndpoint(endpoint, "localhost", port);
                endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(
                    KnownNetworkIdentifiers.DefaultAspireContainerNetwork,
                    new AllocatedEndpoint(
                        endpoint,
                        $"{container.Name}.dev.internal",
                        endpoint.TargetPort ?? port,
                        EndpointBindingMode.SingleAddress,
                        null,
                        KnownNetworkIdentifiers.DefaultAspireContainerNetwork));
            }
        }

        await using var app = builder.Build();
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        await builder.Eventing.PublishAsync(new BeforeStartEvent(app.Services, model), TestContext.Current.CancellationToken);
        var result = await ExecutionConfigurationBuilder.Create(consumer)
            .WithEnvironmentVariablesConfig()
            .BuildAsync(
                app.Services.GetRequiredService<DistributedApplicationExecutionContext>(),
                NullLogger.Instance,
                TestContext.Current.CancellationToken);
        foreach (var local in builder.Resources.OfType<RdsMySqlResource>().Select(static s => s.Local).OfType<IAsyncDisposable>())
        {
            await local.DisposeAsync();
        }

        if (result.Exception is { } exception)
        {
            throw exception;
        }

        return result.EnvironmentVariables.ToDictionary(StringComparer.Ordinal);
    }
}
