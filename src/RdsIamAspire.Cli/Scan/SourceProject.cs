using System.Text.RegularExpressions;

namespace RdsIamAspire.Cli.Scan;

/// <summary>The files below one project file, and what the project says of the packages that it has.</summary>
internal sealed partial class SourceProject(string? file)
{
    private bool? _namesADriver;

    /// <summary>The project file; null for what stands below none.</summary>
    public string? File { get; } = file;

    public List<string> Sources { get; } = [];

    public List<string> Configuration { get; } = [];

    /// <summary>The packages that it and the projects which it refers to name.</summary>
    public HashSet<string> Packages { get; } = new(StringComparer.OrdinalIgnoreCase);

    public bool HasImplicitUsings { get; private set; }

    /// <summary>The files of a folder, each with the project that it stands below.</summary>
    public static IReadOnlyList<SourceProject> In(FolderFiles files)
    {
        var byFolder = new Dictionary<string, SourceProject>(StringComparer.Ordinal);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var without = new SourceProject(null);
        foreach (var path in files.Projects)
        {
            texts[path] = ReadableText.Of(path, files) ?? "";
            byFolder.TryAdd(Path.GetDirectoryName(path)!, new SourceProject(path));
        }

        foreach (var source in files.Sources)
            Owner(source).Sources.Add(source);
        foreach (var file in files.Configuration)
            Owner(file).Configuration.Add(file);
        foreach (var project in byFolder.Values)
            project.ReadPackages(project.File!, texts, files, []);
        return [.. byFolder.Values.Append(without).Where(each => each.Sources.Count + each.Configuration.Count > 0)];

        SourceProject Owner(string path)
        {
            for (var folder = Path.GetDirectoryName(path); folder is not null && folder.Length >= files.Root.Length;
                folder = Path.GetDirectoryName(folder))
            {
                if (byFolder.TryGetValue(folder, out var project))
                    return project;
            }

            return without;
        }
    }

    /// <summary>Takes a source's import for a package, where no project file that is read names a driver.</summary>
    public void ReadImports(string source)
    {
        if (_namesADriver ??= ProjectReferences.HasMySqlDriver(Packages))
            return;
        foreach (Match import in ImportedDriver().Matches(source))
            Packages.Add(import.Groups["oracle"].Success ? "MySql.Data" : "MySqlConnector");
    }

    private void ReadPackages(string path, Dictionary<string, string> texts, FolderFiles files, HashSet<string> read)
    {
        if (!read.Add(path) || read.Count > 200)
            return;
        // A project that is referred to is as good as the package that is made of it.
        Packages.Add(Path.GetFileNameWithoutExtension(path));
        if (!texts.TryGetValue(path, out var text))
            text = texts[path] = System.IO.File.Exists(path) ? ReadableText.Of(path, files) ?? "" : "";
        foreach (Match name in PackageName().Matches(text))
            Packages.Add(name.Groups["name"].Value);
        HasImplicitUsings |= text.Contains("<ImplicitUsings>enable", StringComparison.OrdinalIgnoreCase)
            || text.Contains("<ImplicitUsings>true", StringComparison.OrdinalIgnoreCase);
        foreach (Match reference in ReferencedProject().Matches(text))
        {
            var other = reference.Groups["path"].Value.Replace('\\', '/');
            if (!other.Contains('$', StringComparison.Ordinal))
                ReadPackages(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, other)), texts, files, read);
        }

        // What all projects of a folder have, from above.
        for (var folder = Path.GetDirectoryName(path); folder is not null && folder.Length >= files.Root.Length;
            folder = Path.GetDirectoryName(folder))
        {
            if (Path.Combine(folder, "Directory.Build.props") is var props && System.IO.File.Exists(props))
            {
                ReadPackages(props, texts, files, read);
                break;
            }
        }
    }

    [GeneratedRegex("""^[ \t]*(global[ \t]+)?(using|Imports)[ \t]+(MySqlConnector|(?<oracle>MySql\.Data\.MySqlClient))[ \t]*;?[ \t]*\r?$""",
        RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex ImportedDriver();

    [GeneratedRegex("""<(PackageReference|Reference)\s[^>]*?Include\s*=\s*"(?<name>[^",]+)""")]
    private static partial Regex PackageName();

    [GeneratedRegex("""<ProjectReference\s[^>]*?Include\s*=\s*"(?<path>[^"]+)""")]
    private static partial Regex ReferencedProject();
}
