using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RdsIamAspire.Hosting.References;

namespace RdsIamAspire.Hosting.Local;

/// <summary>Puts a local server in an endpoint's place.</summary>
[StackTraceHidden]
internal static class RdsLocalRun
{
    private const string DefaultRegion = "us-east-1";

    /// <summary>
    /// The region that the AppHost or the host name gives; without one any does, since only the local server judges by it.
    /// </summary>
    internal static string LocalRegion(this RdsMySqlResource server) => server.Given.KnownRegion ?? DefaultRegion;

    internal static IResourceBuilder<RdsMySqlResource> RunLocally(this IResourceBuilder<RdsMySqlResource> builder, LocalRdsServer local)
    {
        builder.EnsureNothingRunsLocally();
        builder.Resource.Local = local;
        local.PrepareStart(builder.ApplicationBuilder);
        RemoveOwnParameter(builder);
        builder.MakeCluster();
        builder.ApplicationBuilder.Services.AddSingleton<IHostedService>(_ => new StopWithApp(local));
        return builder;
    }

    /// <exception cref="DistributedApplicationException">Something else is in the endpoint's place already.</exception>
    internal static void EnsureNothingRunsLocally(this IResourceBuilder<RdsMySqlResource> builder)
    {
        if (builder.Resource.Writer is { } writer)
        {
            throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' is the reader of '{writer.Name}' and runs where that runs: call RunAsEmulator() or its kin on "
                    + $"'{writer.Name}'.");
        }

        if (builder.Resource.Local is { } other)
        {
            throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' runs as {other.Description} already. Call one of RunAsEmulator, "
                    + "RunAsContainer and RunAsLocalServer, once.");
        }

        if (builder.Resource.IsExisting)
        {
            throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' is an existing endpoint. Call AsExisting or one of RunAsEmulator, RunAsContainer and "
                    + "RunAsLocalServer, not both.");
        }
    }

    /// <summary>Puts a real endpoint in place of what was given.</summary>
    internal static IResourceBuilder<RdsMySqlResource> UseExisting(
        this IResourceBuilder<RdsMySqlResource> builder,
        RdsEndpointValues existing)
    {
        if (builder.Resource.Local is { } local)
        {
            throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' runs as {local.Description} already. Call AsExisting or one of RunAsEmulator, "
                    + "RunAsContainer and RunAsLocalServer, not both; PublishAsExisting goes with them.");
        }

        builder.Resource.Given = existing;
        builder.Resource.IsExisting = true;
        RemoveOwnParameter(builder);
        return builder;
    }

    internal static void RemoveOwnParameter(this IResourceBuilder<RdsMySqlResource> builder)
    {
        if (builder.Resource.OwnHostParameter is { } parameter)
        {
            builder.ApplicationBuilder.Resources.Remove(parameter);
        }
    }

    /// <summary>
    /// Ends the local server with the AppHost, before the orchestrator takes the container away: also when the host is disposed of without
    /// having been stopped.
    /// </summary>
    private sealed class StopWithApp(LocalRdsServer local) : IHostedService, IAsyncDisposable
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) => await local.DisposeAsync().ConfigureAwait(false);

        public ValueTask DisposeAsync() => local.DisposeAsync();
    }
}
