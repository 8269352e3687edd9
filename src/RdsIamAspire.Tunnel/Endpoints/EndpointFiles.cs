namespace RdsIamAspire.Tunnel.Endpoints;

/// <summary>
/// The names for endpoints: of <c>rds-iam.json</c> in a folder or the nearest one above that has it, and of the person's own file. The
/// project's win. For the tool and for AppHosts.
/// </summary>
internal static class EndpointFiles
{
    /// <summary>Names another file, in place of both.</summary>
    public const string Variable = "RDS_IAM_CONFIG";

    private const string ProjectFile = "rds-iam.json";

    /// <summary>The person's own file: in ~/.config (XDG_CONFIG_HOME), on Windows in AppData.</summary>
    public static string OwnPath => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "rds-iam",
        "config.json");

    /// <summary>Reads what is there, the first of a name being the one that counts.</summary>
    /// <param name="folder">Where the project is.</param>
    /// <exception cref="EndpointFileException">A file has a mistake.</exception>
    /// <exception cref="IOException">A file, or the one that is named, cannot be read.</exception>
    public static IReadOnlyList<NamedEndpoint> Read(string folder)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return ReadFile(named, isOwn: true);
        var project = ProjectOf(folder);
        return
        [
            .. project is null ? [] : ReadFile(project, isOwn: false),
            .. File.Exists(OwnPath) ? ReadFile(OwnPath, isOwn: true) : [],
        ];
    }

    private static IReadOnlyList<NamedEndpoint> ReadFile(string path, bool isOwn) =>
        EndpointFileReader.Read(path, File.ReadAllText(path), isOwn);

    private static string? ProjectOf(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, ProjectFile);
            if (File.Exists(file))
                return file;
        }

        return null;
    }
}
