using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RdsIamAspire.Emulator;
using RdsIamAspire.Hosting.References;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// Stands in for the local server until the model is complete: only then is it known whether a container references the endpoint, and so
/// which server it is.
/// </summary>
internal sealed class EmulatorRdsServer : LocalRdsServer
{
    private readonly IResourceBuilder<RdsMySqlContainerResource> _container;
    private readonly ContainerRdsServer _asContainer;
    private readonly ServerImage _image;
    private LocalRdsServer? _chosen;
    private LocalRdsServer? _secondContainer;

    internal EmulatorRdsServer(
        RdsMySqlResource owner,
        string region,
        IResourceBuilder<RdsMySqlContainerResource> container,
        ContainerRdsServer asContainer,
        ServerImage image)
        : base(owner, region)
    {
        _container = container;
        _asContainer = asContainer;
        _image = image;
        Host = ReferenceExpression.Create($"{new Later(this, static server => server.Host)}");
        Port = ReferenceExpression.Create($"{new Later(this, static server => server.Port)}");
        CaCertificatePath = new(owner.Name, async stop => (await Chosen.CaCertificatePath.GetValueAsync(stop).ConfigureAwait(false))!);
    }

    internal override ReferenceExpression Host { get; }

    internal override ReferenceExpression Port { get; }

    internal override LocalCaCertificatePath CaCertificatePath { get; }

    /// <summary>While references are looked at, nothing is chosen; a container that is not there in the end is nobody's consumer.</summary>
    internal override IResource? ServerResource => _container.Resource;

    internal override string Description => "the emulator";

    internal override bool KeepsData => Chosen.KeepsData;

    private LocalRdsServer Chosen => _chosen ?? throw new DistributedApplicationException(
        $"Which server '{Owner.Name}' runs on is decided when the AppHost starts; its host and port are not known before that.");

    internal override LocalRdsServer? CreateSecond(IResourceBuilder<RdsMySqlResource> builder) =>
        _secondContainer = _asContainer.CreateSecond(builder);

    internal override int? AskedPort(bool areRandomized) => _chosen?.AskedPort(areRandomized);

    internal override void PrepareStart(IDistributedApplicationBuilder builder) => _asContainer.PrepareStart(builder);

    /// <summary>Takes a server of this machine, and puts it in the endpoint's place.</summary>
    internal async Task ChooseAsync(DistributedApplicationModel model, IServiceProvider services, CancellationToken cancellationToken)
    {
        // As an environment variable, as everywhere in this project, or in any other way that an AppHost is configured.
        var asked = _container.ApplicationBuilder.Configuration[LocalMySqlServer.KindVariable];
        LocalMySqlServerChoice choice;
        try
        {
            choice = await LocalMySqlServerChoice.MakeAsync(
                ContainerThatReferences(model)?.Name, asked, cancellationToken).ConfigureAwait(false);
        }
        catch (LocalMySqlServerException exception)
        {
            // Said on the endpoint when it starts, as everything else that keeps it from starting: the rest of the AppHost runs.
            RemoveContainers(model);
            var without = new ProcessRdsServer(Owner, Region, mysqldPath: null, port: null)
            {
                Problem = $"{exception.Message} Then start the AppHost again.",
            };
            Use(without, without.CreateSecond);
            return;
        }

        var log = services.GetRequiredService<ResourceLoggerService>().GetLogger(Owner);
        if (choice.Kind == LocalMySqlServerKind.Docker)
        {
            await _image.ChooseAsync(choice.Image, _container.ApplicationBuilder.Configuration, cancellationToken).ConfigureAwait(false);
            Use(_asContainer, () => _secondContainer!);
        }
        else
        {
            RemoveContainers(model);
            var process = new ProcessRdsServer(Owner, Region, mysqldPath: null, port: null) { MustUnpack = choice.MustUnpack };
            Use(process, process.CreateSecond);
        }

        Chosen.Reason = choice.Reason;
        var what = choice.Kind == LocalMySqlServerKind.Docker
            ? _image.AwaitsEngine ? "a container" : $"a container of {_image.Source}"
            : choice.MustUnpack ? "a mysqld that is unpacked into your cache folder, once on this machine" : "a mysqld of this machine";
        LifecycleLog.Chosen(log, Owner.Name, what, choice.Reason);
        // And on the console, for whoever has no dashboard open.
        var console = services.GetRequiredService<ILoggerFactory>().CreateLogger("RdsIamAspire.Hosting");
        LifecycleLog.Chosen(console, Owner.Name, what, choice.Reason);
    }

    internal override Task<RestartResult> RestartAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        Chosen.RestartAsync(services, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        await _asContainer.DisposeAsync().ConfigureAwait(false);
        if (_chosen is not null)
        {
            await _chosen.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal override Task<ServerAccess> WaitForServerAsync(
        IServiceProvider services, ILogger logger, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"'{Owner.Name}' was started before its server was chosen.");

    private void Use(LocalRdsServer chosen, Func<LocalRdsServer> second)
    {
        Owner.Local = _chosen = chosen;
        Owner.Cluster?.Use(chosen, second());
    }

    private void RemoveContainers(DistributedApplicationModel model)
    {
        foreach (var container in ((IResource?[])[_container.Resource, _secondContainer?.ServerResource]).OfType<IResource>())
        {
            model.Resources.Remove(container);
            foreach (var arrow in Owner.Annotations.OfType<ResourceRelationshipAnnotation>().Where(r => r.Resource == container).ToArray())
            {
                Owner.Annotations.Remove(arrow);
            }
        }
    }

    private IResource? ContainerThatReferences(DistributedApplicationModel model) => model.Resources.FirstOrDefault(r =>
        r != _container.Resource
        && r != _secondContainer?.ServerResource
        && r.IsContainer()
        && r.Annotations.OfType<ResourceRelationshipAnnotation>().Any(
            a => a.Type == "Reference" && RdsReferenceInjection.TargetOf(a.Resource)?.Server is { } server
                && (server == Owner || server.Writer == Owner)));

    /// <summary>A value of the server that is chosen later, as each consumer reaches it.</summary>
    private sealed class Later(
        EmulatorRdsServer owner, Func<LocalRdsServer, ReferenceExpression> read) : IValueProvider, IManifestExpressionProvider
    {
        string IManifestExpressionProvider.ValueExpression => $"{{{owner.Owner.Name}.local}}";

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
            read(owner.Chosen).GetValueAsync(cancellationToken);

        public ValueTask<string?> GetValueAsync(ValueProviderContext context, CancellationToken cancellationToken = default) =>
            read(owner.Chosen).GetValueAsync(context, cancellationToken);
    }
}
