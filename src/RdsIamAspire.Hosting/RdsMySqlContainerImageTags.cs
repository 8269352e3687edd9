using RdsIamAspire.Emulator;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The image that <c>RunAsContainer</c> starts: MySQL 8.4, the long-term release that RDS and Aurora offer ("MySQL on Amazon RDS versions").</summary>
/// <remarks>A machine that has a usable image already, and whose AppHost names none, runs that one: see <see cref="UseImageOfThisMachineAsync"/>.</remarks>
internal static class RdsMySqlContainerImageTags
{
    internal const string Registry = "docker.io";
    internal const string Image = "library/mysql";
    internal const string Tag = "8.4";

    /// <summary>Takes the image that <c>rds-iam local</c> and the test containers take on this machine, unless the AppHost named one. Nothing is pulled to find out.</summary>
    internal static async Task UseImageOfThisMachineAsync(RdsMySqlContainerResource container, CancellationToken cancellationToken)
    {
        if (!container.TryGetLastAnnotation<ContainerImageAnnotation>(out var image) || image is not { Registry: Registry, Image: Image, Tag: Tag })
        {
            return;
        }

        var found = await LocalMySqlServer.FindAsync(new LocalMySqlServerOptions { Kind = LocalMySqlServerKind.Docker }, cancellationToken).ConfigureAwait(false);
        if (found.FirstOrDefault(static c => c.IsUsable)?.Image is { } name && name.LastIndexOf(':') is > 0 and var colon)
        {
            image.Registry = null;
            image.Image = name[..colon];
            image.Tag = name[(colon + 1)..];
        }
    }
}
