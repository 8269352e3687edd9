using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Hosting.Local;

/// <summary>Where a container has its data, and whether it outlives the container.</summary>
internal static class ServerData
{
    /// <summary>MySQL's own data directory, in every image.</summary>
    internal const string Directory = "/var/lib/mysql";

    /// <summary>What a server may do without that nobody will ask for its data after a crash of the machine.</summary>
    internal static IReadOnlyList<string> ThrowawayArguments => MysqldArguments.Throwaway;

    /// <summary>Whether a volume or a folder of this machine holds the data, or the container itself stays.</summary>
    internal static bool IsKept(ContainerResource container) => IsMounted(container) || container.IsPersistent();

    /// <summary>Whether a new container finds the data of the one before it.</summary>
    internal static bool IsMounted(ContainerResource container) =>
        container.Annotations.OfType<ContainerMountAnnotation>().Any(static m => m.Target == Directory);
}
