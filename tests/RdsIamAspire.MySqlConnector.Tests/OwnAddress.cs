using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace RdsIamAspire.MySqlConnector.Tests;

/// <summary>An address of this very machine that is not loopback.</summary>
internal static class OwnAddress
{
    internal static string? NotLoopback() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a.Address))
            .Select(a => a.Address.ToString())
            .FirstOrDefault();
}

/// <summary>A port that nobody listens on.</summary>
internal static class FreePort
{
    internal static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
