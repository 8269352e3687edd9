using System.Net.Sockets;

namespace RdsIamAspire.Tunnel.Listening;

/// <summary>A Unix domain socket in a folder of its own that no other user of the machine can enter.</summary>
internal sealed class PrivateSocket : IDisposable
{
    // sun_path has 108 bytes on Linux and 104 on macOS, with the NUL at its end (unix(7)).
    private const int LongestPath = 103;

    private readonly DirectoryInfo _folder;

    private PrivateSocket(DirectoryInfo folder, Socket socket, string path)
    {
        _folder = folder;
        Socket = socket;
        Path = path;
    }

    /// <summary>Bound and listening.</summary>
    public Socket Socket { get; }

    public string Path { get; }

    /// <exception cref="PlatformNotSupportedException">This machine has no such sockets that a folder keeps private.</exception>
    /// <exception cref="InvalidOperationException">The temporary folder's path is too long for a socket.</exception>
    public static PrivateSocket Open()
    {
        if (OperatingSystem.IsWindows() || !Socket.OSSupportsUnixDomainSockets)
            throw new PlatformNotSupportedException("There are no private sockets on this machine: use the tunnel's ConnectionString.");
        // mkdtemp(3): mode 0700.
        var folder = Directory.CreateTempSubdirectory("rds-iam-");
        try
        {
            var path = System.IO.Path.Combine(folder.FullName, "mysql.sock");
            if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
            {
                throw new InvalidOperationException(
                    $"'{path}' is too long for a socket (at most {LongestPath} bytes): set TMPDIR to a shorter path, "
                    + "or use the tunnel's ConnectionString.");
            }

            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Bind(new UnixDomainSocketEndPoint(path));
                socket.Listen();
                return new PrivateSocket(folder, socket, path);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        Socket.Dispose();
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Someone has cleaned up the temporary folder.
        }
    }
}
