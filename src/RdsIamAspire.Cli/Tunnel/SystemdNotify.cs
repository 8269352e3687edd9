using System.Net.Sockets;
using System.Text;
using RdsIamAspire.Cli.CommandLine;

namespace RdsIamAspire.Cli.Tunnel;

/// <summary>Tells systemd how far a service is (sd_notify(3)); without it, nothing happens.</summary>
internal static class SystemdNotify
{
    /// <summary><c>READY=1</c> or <c>STOPPING=1</c>.</summary>
    public static void Send(string state)
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } path)
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A leading @ is an address of no file.
            socket.SendTo(Encoding.ASCII.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path));
        }
        catch (SocketException e)
        {
            Terminal.Say($"systemd cannot be told at NOTIFY_SOCKET '{path}': {e.Message}");
        }
    }
}
