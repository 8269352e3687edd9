using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace RdsIamAspire.Hosting.Local;

/// <summary>A container that outlives its AppHost.</summary>
internal static class PersistentContainer
{
    internal static bool IsPersistent(this ContainerResource container) =>
        container.TryGetLastAnnotation<ContainerLifetimeAnnotation>(out var lifetime) && lifetime.Lifetime == ContainerLifetime.Persistent;

    /// <summary>What names the container from one run of the same AppHost to the next; <see langword="null"/> where it ends with it.</summary>
    internal static string? KeptAs(this ContainerResource container, IConfiguration configuration) =>
        container.IsPersistent() ? $"{configuration["AppHost:PathSha256"] ?? configuration["AppHost:Sha256"]}/{container.Name}" : null;
}
