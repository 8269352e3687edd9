namespace RdsIamAspire.Clients.Tests.Image;

/// <summary>A folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("rds-iam-image-").FullName;

    public void Write(string name, string text, bool executable = false)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        if (executable && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    // A link in it is removed, not what it leads to.
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
