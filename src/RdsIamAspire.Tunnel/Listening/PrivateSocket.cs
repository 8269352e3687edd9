using System.Net.Sockets;

namespace RdsIamAspire.Tunnel.Listening;

/// <summary>A Unix domain socket in a folder of its own that no other user of the machine can enter.</summary>
internal sealed class PrivateSocket : IDisposable
{
    // sun_path has 108 bytes on Linux and 104 on macOS, with the NUL at its end (unix(7)).
    private const int LongestPath = 103;

    private readonly DirectoryInfo? _folder;

    private PrivateSocket(DirectoryInfo? folder, Socket socket, string path)
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
            return new PrivateSocket(folder, Bind(path, "set TMPDIR to a shorter path, or use the tunnel's ConnectionString"), path);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>
    /// One at a path of the caller's choice, of mode 0600 from its first moment. A socket there that nobody serves any more is replaced.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">This machine has no such sockets.</exception>
    /// <exception cref="InvalidOperationException">The path is too long, or is taken by a file or another program.</exception>
    /// <exception cref="IOException">The folder is not there, or cannot be written to.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    public static PrivateSocket OpenAt(string path)
    {
        if (OperatingSystem.IsWindows() || !Socket.OSSupportsUnixDomainSockets)
            throw new PlatformNotSupportedException("There are no private sockets on this machine: listen on a port.");
        path = System.IO.Path.GetFullPath(path);
        RequireShort(path, "choose a shorter path");
        if (File.Exists(path))
            RequireAbandoned(path);
        // Bound in a folder that nobody else can enter, and moved when its mode is right.
        var parent = System.IO.Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
            throw new DirectoryNotFoundException($"There is no folder '{parent}'.");
        var folder = System.IO.Path.Combine(parent, $".{Guid.NewGuid().ToString("N")[..8]}");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            var bound = System.IO.Path.Combine(folder, "s");
            var socket = Bind(bound, "choose a shorter path");
            try
            {
                File.SetUnixFileMode(bound, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                File.Move(bound, path, overwrite: true);
                return new PrivateSocket(null, socket, path);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Socket Bind(string path, string remedy)
    {
        RequireShort(path, remedy);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void RequireShort(string path, string remedy)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
            throw new InvalidOperationException($"'{path}' is too long for a socket (at most {LongestPath} bytes): {remedy}.");
    }

    private static void RequireAbandoned(string path)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            client.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            // A socket whose program has ended, or an empty file.
            return;
        }
        catch (SocketException)
        {
            throw new InvalidOperationException($"'{path}' is there already and is no socket of yours: choose another path.");
        }

        throw new InvalidOperationException($"'{path}' is served by another program: end it, or choose another path.");
    }

    public void Dispose()
    {
        Socket.Dispose();
        try
        {
            if (_folder is not null)
                _folder.Delete(recursive: true);
            else
                File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Someone has cleaned up the temporary folder.
        }
    }
}
