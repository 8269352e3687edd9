using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace RdsIamAspire.Dev;

/// <summary>
/// What the AppHost is told where it listens: its launch profile, with other ports in place of those that somebody has. An AppHost of
/// another checkout is the usual somebody.
/// </summary>
internal static class LaunchProfile
{
    /// <summary>The variables of the first profile, its addresses among them (<c>ASPNETCORE_URLS</c>).</summary>
    /// <param name="launchSettings">The text of a <c>launchSettings.json</c>.</param>
    /// <param name="isTaken">Whether somebody listens on a port of this machine.</param>
    /// <param name="freePort">A port on which nobody does.</param>
    /// <param name="moved">Is told of each port that was taken, and of the one in its place.</param>
    internal static IReadOnlyDictionary<string, string> Read(
        string launchSettings, Func<int, bool> isTaken, Func<int> freePort, Action<int, int> moved)
    {
        using var document = JsonDocument.Parse(launchSettings);
        var profile = document.RootElement.GetProperty("profiles").EnumerateObject().First().Value;
        var variables = profile.GetProperty("environmentVariables").EnumerateObject()
            .ToDictionary(variable => variable.Name, variable => variable.Value.GetString()!, StringComparer.Ordinal);
        variables["ASPNETCORE_URLS"] = profile.GetProperty("applicationUrl").GetString()!;
        foreach (var (name, value) in variables.ToList())
        {
            if (!Uri.TryCreate(value, UriKind.Absolute, out var address) || !address.IsLoopback || !isTaken(address.Port)) continue;
            var port = freePort();
            moved(address.Port, port);
            variables[name] = string.Create(CultureInfo.InvariantCulture, $"{address.Scheme}://{address.Host}:{port}");
        }

        return variables;
    }

    /// <summary>A name like localhost is two addresses: a port is free where it is free on both.</summary>
    internal static bool IsTaken(int port)
    {
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6) continue;
            try
            {
                using var listener = new TcpListener(address, port);
                listener.Start();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse) { return true; }
            catch (SocketException) { }
        }

        return false;
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
