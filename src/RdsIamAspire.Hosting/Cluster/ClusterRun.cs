using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RdsIamAspire.Hosting.References;

namespace RdsIamAspire.Hosting.Local;

/// <summary>Makes a cluster of what runs in an endpoint's place, as soon as the AppHost has said both that it runs and has a
/// reader.</summary>
[StackTraceHidden]
internal static class ClusterRun
{
    /// <exception cref="DistributedApplicationException">What runs there cannot have a second server.</exception>
    internal static void MakeCluster(this IResourceBuilder<RdsMySqlResource> builder)
    {
        var writer = builder.Resource;
        if (writer.Local is not { } first || writer.Reader is not { } reader || writer.Cluster is not null)
        {
            return;
        }

        var app = builder.ApplicationBuilder;
        var second = first.CreateSecond(builder) ?? throw new DistributedApplicationException(
            $"'{reader.Name}' cannot be the reader of '{writer.Name}', which runs as the AppHost's own container and has one server: "
            + $"add the endpoint with AddRdsMySql(\"{writer.Name}\").RunAsEmulator().");
        var cluster = new LocalCluster(writer, first, second);
        (writer.Cluster, reader.Local) = (cluster, new ReaderRdsServer(reader, writer, cluster, first.Region));
        second.PrepareStart(app);
        app.CreateResourceBuilder(reader).RemoveOwnParameter();
        app.Services.AddSingleton<IHostedService>(_ => new StopWithApp(cluster));
        RdsReferenceInjection.AddPreparation(app, model => Prepare(cluster, writer, model, app));
    }

    /// <summary>What is known when the model is complete.</summary>
    private static void Prepare(
        LocalCluster cluster, RdsMySqlResource writer, DistributedApplicationModel model, IDistributedApplicationBuilder app)
    {
        _ = bool.TryParse(app.Configuration["DcpPublisher:RandomizePorts"], out var areRandomized);
        foreach (var container in cluster.ServerResources.OfType<ContainerResource>())
        {
            if (ServerData.IsKept(container))
            {
                throw new DistributedApplicationException(
                    $"'{writer.Name}' has a reader, and the data of a local cluster goes with it: take WithDataVolume, WithDataBindMount "
                    + $"or the persistent lifetime off '{container.Name}', or leave AddReader out.");
            }

            cluster.AskedPort ??= FixedPort.Of(container, areRandomized);
            foreach (var endpoint in container.Annotations.OfType<EndpointAnnotation>())
            {
                // The port is the cluster's endpoint's, whichever server is the writer.
                endpoint.Port = null;
            }
        }

        cluster.AskedPort ??= cluster.First.AskedPort(areRandomized);
        cluster.ServesContainers = model.Resources.Any(consumer =>
            consumer.IsContainer() && consumer.Annotations.OfType<ResourceRelationshipAnnotation>().Any(
                r => r.Type == "Reference" && RdsReferenceInjection.TargetOf(r.Resource)?.Server is { } server
                    && (server == writer || server.Writer == writer)));
    }

    private sealed class StopWithApp(LocalCluster cluster) : IHostedService, IAsyncDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) => await cluster.DisposeAsync().ConfigureAwait(false);

        public ValueTask DisposeAsync() => cluster.DisposeAsync();
    }
}
