namespace RdsIamAspire.Hosting.Logins;

/// <summary>The CA bundle in force on this machine as the file that the driver wants; gone with the AppHost.</summary>
internal sealed class RdsCaFile : IDisposable
{
    private readonly Lazy<string> _path;
    private DirectoryInfo? _folder;

    public RdsCaFile(RdsCaBundle? bundle = null) => _path = new(() => Write(bundle ?? RdsCaBundleStore.Load()));

    /// <exception cref="FormatException">The user's own bundle has no readable certificate.</exception>
    /// <exception cref="IOException">The user's own bundle cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The AppHost has ended.</exception>
    internal string Path
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            return _path.Value;
        }
    }

    /// <summary>Whether the AppHost has ended, and the file with it.</summary>
    internal bool IsDisposed { get; private set; }

    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            _folder?.Delete(recursive: true);
        }
    }

    private string Write(RdsCaBundle bundle)
    {
        _folder = Directory.CreateTempSubdirectory("rds-iam-ca-");
        var path = System.IO.Path.Combine(_folder.FullName, "rds.pem");
        File.WriteAllText(path, bundle.ExportPem());
        return path;
    }
}
