namespace RdsIamAspire.Docs.Tests;

/// <summary>One fenced block of a page.</summary>
/// <param name="Page">The page's path, from the root.</param>
/// <param name="Line">The line of its first line of code.</param>
/// <param name="Language">What stands behind the fence; empty for none.</param>
/// <param name="Excuse">
/// The reason in a comment <c>&lt;!-- not compiled: … --&gt;</c> or <c>&lt;!-- not run: … --&gt;</c> right before it.
/// </param>
/// <param name="Text">What is in it.</param>
internal sealed record CodeBlock(string Page, int Line, string Language, string? Excuse, string Text)
{
    private const string Fence = "```";

    private static readonly string[] Excuses = ["<!-- not compiled: ", "<!-- not run: "];

    /// <summary>The project's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// Every block of README.md, docs/*.md and the packages' pages. The rules' pages are compiled with the analyzers' own tests.
    /// </summary>
    public static IReadOnlyList<CodeBlock> All { get; } =
    [
        .. new[] { "README.md" }
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md"))
            .Concat(
                Directory.EnumerateDirectories(Path.Combine(Root, "src"))
                    .Select(folder => Path.Combine(folder, "README.md"))
                    .Where(File.Exists))
            .Select(page => Path.GetRelativePath(Root, Path.Combine(Root, page)).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .SelectMany(Read),
    ];

    public override string ToString() => $"{Page}:{Line}";

    private static IEnumerable<CodeBlock> Read(string page)
    {
        string? excuse = null;
        string? language = null;
        var (begin, text) = (0, new List<string>());
        foreach (var (number, line) in File.ReadLines(Path.Combine(Root, page)).Index())
        {
            if (language is null && line.StartsWith(Fence, StringComparison.Ordinal))
            {
                (language, begin) = (line[Fence.Length..].Trim(), number + 2);
            }
            else if (language is not null && line.StartsWith(Fence, StringComparison.Ordinal))
            {
                yield return new CodeBlock(page, begin, language, excuse, string.Join('\n', text));
                (language, excuse) = (null, null);
                text.Clear();
            }
            else if (language is not null)
            {
                text.Add(line);
            }
            else if (Excuses.FirstOrDefault(begin => line.StartsWith(begin, StringComparison.Ordinal)) is { } excused)
            {
                excuse = line[excused.Length..].Replace("-->", "", StringComparison.Ordinal).Trim();
            }
            else if (line.Length > 0)
            {
                excuse = null;
            }
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RdsIamAspire.sln")))
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"The sources are not above {AppContext.BaseDirectory}.");
        return folder;
    }
}
