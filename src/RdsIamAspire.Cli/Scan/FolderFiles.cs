using RdsIamAspire.Analyzers.Files;

namespace RdsIamAspire.Cli.Scan;

/// <summary>The files of a folder that rules read: sources, configuration files, and what says how they are to be read.</summary>
internal sealed class FolderFiles
{
    // What a build, a package manager, version control or an editor puts there.
    private static readonly HashSet<string> SkippedFolders = new(StringComparer.OrdinalIgnoreCase)
    {
        ".git", ".hg", ".svn", ".vs", ".idea", "bin", "obj", "node_modules", "bower_components", ".venv", "venv", "__pycache__",
        ".terraform", "TestResults", ".gradle", "target",
    };

    /// <summary>What is larger is data, or made by a program.</summary>
    public const long LargestFile = 2 * 1024 * 1024;

    /// <summary>The folder, without a slash at its end.</summary>
    public string Root { get; }

    public List<string> Sources { get; } = [];

    public List<string> Configuration { get; } = [];

    public List<string> Projects { get; } = [];

    public List<string> EditorConfigs { get; } = [];

    /// <summary>Files and folders that could not be read, and files that are too large.</summary>
    public List<string> PassedOver { get; } = [];

    private FolderFiles(string root) => Root = root;

    /// <summary>Looks through a folder. Links are not followed.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="excluded">Patterns of paths from the folder on; <c>*</c> stands for any run of characters.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static FolderFiles In(string root, IReadOnlyCollection<string> excluded, CancellationToken cancellationToken)
    {
        var files = new FolderFiles(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)));
        files.AddParentsOf(files.Root);
        files.Read(new DirectoryInfo(files.Root), excluded, cancellationToken);
        return files;
    }

    /// <summary>A path from the folder on, with slashes on every system.</summary>
    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    // What holds for the folder from above.
    private void AddParentsOf(string folder)
    {
        for (var parent = Path.GetDirectoryName(folder); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (File.Exists(Path.Combine(parent, ".editorconfig")))
                EditorConfigs.Add(Path.Combine(parent, ".editorconfig"));
        }
    }

    private void Read(DirectoryInfo folder, IReadOnlyCollection<string> excluded, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            PassedOver.Add($"{Relative(folder.FullName)}: {e.GetType().Name}");
            return;
        }

        foreach (var entry in entries.OrderBy(each => each.Name, StringComparer.Ordinal))
        {
            if (entry.LinkTarget is not null || IsExcluded(Relative(entry.FullName), excluded))
                continue;
            if (entry is DirectoryInfo inner)
            {
                if (!SkippedFolders.Contains(inner.Name))
                    Read(inner, excluded, cancellationToken);
            }
            else
            {
                Add((FileInfo)entry);
            }
        }
    }

    private void Add(FileInfo file)
    {
        var list = file.Name == ".editorconfig" || file.Name == ".globalconfig" ? EditorConfigs
            : file.Extension.ToLowerInvariant() is ".csproj" or ".vbproj" or ".fsproj" ? Projects
            : file.Extension.ToLowerInvariant() is ".cs" or ".vb" ? Sources
            : FileKinds.Of(file.FullName) != FileKind.None ? Configuration
            : null;
        if (list is not null && file.Length > LargestFile)
            PassedOver.Add($"{Relative(file.FullName)}: larger than {LargestFile / 1024 / 1024} MiB");
        else
            list?.Add(file.FullName);
    }

    private static bool IsExcluded(string path, IReadOnlyCollection<string> patterns) =>
        patterns.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, path)
            || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression($"*/{pattern}", path)
            || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression($"{pattern.TrimEnd('/')}/*", path));
}
