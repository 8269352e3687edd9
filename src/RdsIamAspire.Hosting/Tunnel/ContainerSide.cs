using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace RdsIamAspire.Hosting.Tunnel;

/// <summary>Where containers find this machine.</summary>
internal static class ContainerSide
{
    /// <summary>Docker Desktop's name for it; on Linux a container is told by <see cref="RunArguments"/>.</summary>
    internal const string HostName = "host.docker.internal";

    // The bridges of Docker and Podman, by their defaults (docs.docker.com "Bridge network driver"; podman-network(1)).
    private static readonly string[] Bridges = ["docker0", "podman0", "cni-podman0"];

    /// <summary>docker run's way to have the name on Linux ("--add-host", with host-gateway for the bridge's address).</summary>
    internal static string[] RunArguments => ["--add-host", $"{HostName}:host-gateway"];

    /// <summary>
    /// What to listen on: the bridge's address on Linux; loopback where the engine runs in a virtual machine, which passes the name on to
    /// it.
    /// </summary>
    internal static IPAddress Address => !OperatingSystem.IsLinux()
        ? IPAddress.Loopback
        : NetworkInterface.GetAllNetworkInterfaces()
            .Where(one => Bridges.Contains(one.Name, StringComparer.Ordinal))
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
}
