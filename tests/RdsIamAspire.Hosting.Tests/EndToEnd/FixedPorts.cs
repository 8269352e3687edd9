using System.Net;
using System.Net.Sockets;

namespace RdsIamAspire.Hosting.Tests.EndToEnd;

/// <summary>
/// Ports for what is started later. A port of the system's choice may be given to somebody else in between, so these are below those that
/// it chooses from (32768 to 60999 on Linux, 49152 and up elsewhere).
/// </summary>
internal static class FixedPorts
{
    private const int First = 20000;
    private const int Last = 32000;

    /// <summary>Listens on such a port.</summary>
    public static TcpListener Listen(out int port)
    {
        while (true)
        {
            port = Random.Shared.Next(First, Last);
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException)
            {
                listener.Dispose();
            }
        }
    }

    /// <summary>One that nobody listens on.</summary>
    public static int Take()
    {
        using var listener = Listen(out var port);
        return port;
    }
}
