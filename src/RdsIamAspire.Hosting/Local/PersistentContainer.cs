// ASPIREPERSISTENCE001: WithPersistentLifetime and its kin are experimental, and leave this annotation in place of the older one.
#pragma warning disable ASPIREPERSISTENCE001
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace RdsIamAspire.Hosting.Local;

/// <summary>A container that outlives its AppHost.</summary>
internal static class PersistentContainer
{
    internal static bool IsPersistent(this IResource container) =>
        container.TryGetLastAnnotation<PersistenceAnnotation>(out var persistence)
            ? persistence.Mode switch
            {
                PersistenceMode.Session => false,
                PersistenceMode.Resource => persistence.SourceResource is { } source && source != container && source.IsPersistent(),
                _ => true,
            }
            : container.TryGetLastAnnotation<ContainerLifetimeAnnotation>(out var lifetime)
                && lifetime.Lifetime == ContainerLifetime.Persistent;

    /// <summary>
    /// What names the container from one run of the same AppHost to the next; <see langword="null"/> where it ends with it.
    /// </summary>
    internal static string? KeptAs(this ContainerResource container, IConfiguration configuration) =>
        container.IsPersistent() ? $"{configuration["AppHost:PathSha256"] ?? configuration["AppHost:Sha256"]}/{container.Name}" : null;
}
