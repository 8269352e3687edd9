using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// The image of a local server's container: a MySQL image, and the one made of it once per machine whose data directory is initialised,
/// which is what
/// makes a server ready in the time that mysqld needs to start.
/// </summary>
internal sealed class ServerImage(RdsMySqlContainerResource container)
{
    private static readonly TimeSpan EnginePause = TimeSpan.FromSeconds(1);

    private string? _initialized;
    private bool _isNamed;

    /// <summary>The MySQL image, as the AppHost or this machine names it.</summary>
    internal string Source { get; private set; } = $"{RdsMySqlContainerImageTags.Image}:{RdsMySqlContainerImageTags.Tag}";

    /// <summary>Whether no engine answered when the image was to be decided on.</summary>
    internal bool AwaitsEngine { get; private set; }

    /// <summary>Whether the AppHost says which image it is, before another name is written in its place.</summary>
    private bool IsNamed =>
        container.TryGetLastAnnotation<ContainerImageAnnotation>(out var image)
        && image is not
        {
            Registry: RdsMySqlContainerImageTags.Registry,
            Image: RdsMySqlContainerImageTags.Image,
            Tag: RdsMySqlContainerImageTags.Tag,
            SHA256: null,
        };

    /// <summary>Decides on the image before the orchestrator asks for its name.</summary>
    /// <param name="found">What this machine was found to have; looked for where it is null.</param>
    /// <param name="configuration">Says which container engine the orchestrator runs on.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    internal async Task ChooseAsync(string? found, IConfiguration configuration, CancellationToken cancellationToken)
    {
        _isNamed = IsNamed;
        if (_isNamed)
        {
            Source = container.TryGetContainerImageName(out var named) ? named : Source;
        }
        else if ((found ?? await RdsMySqlContainerImageTags.FindOnThisMachineAsync(cancellationToken).ConfigureAwait(false)) is { } image)
        {
            Source = image;
            Use(image);
        }

        // What is made with Docker's own interface is there for Docker only; an image that is built, and an entrypoint of the AppHost's
        // own, stay theirs.
        if (IsDocker(configuration)
            && !container.HasAnnotationOfType<DockerfileBuildAnnotation>()
            && container.Entrypoint == RdsMySqlContainerBuilderExtensions.ServerEntrypoint)
        {
            var name = await InitializedImage.NameAsync(Source, cancellationToken).ConfigureAwait(false);
            AwaitsEngine = name is null;
            _initialized = name ?? InitializedImage.NameBeforeEngine(_isNamed ? Source : null);
            Use(_initialized);
            RdsMySqlContainerBuilderExtensions.RemovePlugin(container);
        }
    }

    /// <summary>
    /// Waits for the engine that was not there, and decides then: the orchestrator knows a name that any image can be given.
    /// </summary>
    internal async Task WaitForEngineAsync(CancellationToken cancellationToken)
    {
        await InitializedImage.WaitForEngineAsync(EnginePause, cancellationToken).ConfigureAwait(false);
        if (!_isNamed)
        {
            Source = await RdsMySqlContainerImageTags.FindOnThisMachineAsync(cancellationToken).ConfigureAwait(false) ?? Source;
        }

        AwaitsEngine = false;
    }

    /// <summary>Makes the image where it is missing, before the container is created: pulls, and initialises once per machine.</summary>
    /// <exception cref="LocalMySqlServerException">It cannot be had; the message says why.</exception>
    internal Task MakeAsync(ServerLog log, CancellationToken cancellationToken) =>
        _initialized is { } name ? InitializedImage.MakeAsync(Source, name, log, cancellationToken) : Task.CompletedTask;

    /// <summary>Why it cannot be had, and what an AppHost can do about it.</summary>
    internal string Explain(LocalMySqlServerException exception, string server) => exception switch
    {
        { Problem: LocalMySqlServerProblem.ImageMissing } => $"The image {Source} of '{server}' is not on this machine and cannot be pulled"
            + $"{(exception.InnerException is { Message: { Length: > 0 } why } ? $" ({why})" : "")}. Bring it here (docker pull {Source}), "
            + "or name another one with WithImage; RunAsEmulator() alone takes an image or a mysqld that this machine has.",
        _ => exception.Message,
    };

    private void Use(string name)
    {
        var image = container.Annotations.OfType<ContainerImageAnnotation>().Last();
        var colon = name.LastIndexOf(':') is var last && last > name.LastIndexOf('/') ? last : name.Length;
        image.Registry = null;
        image.Image = name[..colon];
        image.Tag = colon < name.Length ? name[(colon + 1)..] : "latest"; // takes a digest away
    }

    /// <remarks>ContainerRuntime and its variables: DcpOptions.cs of Aspire.Hosting.</remarks>
    private static bool IsDocker(IConfiguration configuration) =>
        (configuration["DcpPublisher:ContainerRuntime"]
            ?? configuration["ASPIRE_CONTAINER_RUNTIME"]
            ?? configuration["DOTNET_ASPIRE_CONTAINER_RUNTIME"]) is null or "" or "docker";
}
