namespace RdsIamAspire.Dev;

/// <summary>Lines are wrapped where a reader's window ends. Data is left alone: corpora, tables of cases, and what tools write.</summary>
internal static class LineLength
{
    internal const int Limit = 140;

    private static readonly string[] Endings = [".cs", ".csproj", ".props", ".targets", ".c", ".h", ".sh", ".md", ".mts", ".js"];

    /// <summary>Where lines are too long, as <c>file:line</c>.</summary>
    internal static IReadOnlyList<string> TooLong(string root) =>
    [
        .. from file in Files(root)
           from line in File.ReadLines(file).Select(static (text, index) => (text, number: index + 1))
           where line.text.Length > Limit && !IsExempt(file, line.text)
           select $"{Path.GetRelativePath(root, file).Replace('\\', '/')}:{line.number}",
    ];

    private static IEnumerable<string> Files(string root) =>
        Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)
                .Any(static part => part is "bin" or "obj" or "artifacts" or "node_modules" or ".git" or ".modules" or ".aspire" or "TestResults"))
            .Order(StringComparer.Ordinal);

    /// <remarks>A row of a Markdown table and a link cannot be broken.</remarks>
    private static bool IsExempt(string file, string line) =>
        Path.GetExtension(file) == ".md" && (line.StartsWith('|') || line.Contains("](", StringComparison.Ordinal) || line.Contains("://", StringComparison.Ordinal));
}
