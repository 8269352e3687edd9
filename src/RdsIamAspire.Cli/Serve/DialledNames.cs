using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using RdsIamAspire.Emulator;

namespace RdsIamAspire.Cli.Serve;

/// <summary>
/// The names and ports that clients dial: what a client dials is what it signs for. The port that it dials on this machine's own names is
/// the published one, which a container is not told; a name of its own is dialled on the container network, at the port listened on.
/// </summary>
internal static class DialledNames
{
    /// <summary>The names of loopback, and Docker's of its host.</summary>
    public static IEnumerable<EmulatorEndpoint> OfLoopback(bool isolated, int port) => isolated
        ? [new("localhost", port), new("127.0.0.1", port), new("::1", port)]
        : [.. ((string[])["localhost", "127.0.0.1", "::1", "host.docker.internal"])
            .Select(name => new EmulatorEndpoint(name, EmulatorEndpoint.AnyPort))];

    /// <summary>HOST, HOST:PORT, or HOST:* for any port.</summary>
    public static EmulatorEndpoint Read(Given given, int ownPort)
    {
        var text = given.Value;
        if (text.EndsWith(":*", StringComparison.Ordinal))
            return new EmulatorEndpoint(given.As(_ => RdsEndpoint.Parse(text[..^2])).Host, EmulatorEndpoint.AnyPort);
        var endpoint = given.As(name => RdsEndpoint.Parse(name, ownPort));
        return new EmulatorEndpoint(endpoint.Host, endpoint.Port);
    }

    /// <summary>This machine's, that is a container's, own name and addresses.</summary>
    public static List<EmulatorEndpoint> OfThisMachine(IPEndPoint listen)
    {
        var names = new List<string> { Dns.GetHostName() };
        try
        {
            names.AddRange(NetworkInterface.GetAllNetworkInterfaces().SelectMany(device => device.GetIPProperties().UnicastAddresses)
                .Select(address => address.Address)
                .Where(address => !IPAddress.IsLoopback(address)
                    && (address.AddressFamily == AddressFamily.InterNetwork || !address.IsIPv6LinkLocal))
                .Select(address => address.ToString()));
        }
        catch (NetworkInformationException)
        {
            // Its name has to do.
        }

        return [.. names.Select(name => new EmulatorEndpoint(name, listen.Port))];
    }
}
