namespace RdsIamAspire.Cli.Connect;

/// <summary>An option file of MySQL's clients with the tunnel's password, which this user alone can read; gone when disposed of.</summary>
internal sealed class PasswordFile : IDisposable
{
    private PasswordFile(string path) => Path = path;

    public string Path { get; }

    /// <summary>Writes one.</summary>
    public static PasswordFile Write(string password)
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"rds-iam-{Guid.NewGuid():N}.cnf");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write($"[client]\npassword=\"{password}\"\n");
        return new PasswordFile(path);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The password in it opens nothing any more.
        }
    }
}
