using System.Text.RegularExpressions;

namespace RdsIamAspire.Dev;

/// <summary>
/// Lines of code and prose are wrapped where a reader's window ends. Data is left alone: corpora, tests with their
/// tables of cases, commands and output on pages, build files, and what tools write.
/// </summary>
internal static partial class LineLength
{
    internal const int Limit = 140;

    private static readonly string[] Endings = [".cs", ".c", ".h", ".md"];

    /// <summary>Where lines are too long, as <c>file:line</c>.</summary>
    internal static IReadOnlyList<string> TooLong(string root) => [.. Files(root).SelectMany(file => TooLong(root, file))];

    private static IEnumerable<string> TooLong(string root, string file)
    {
        var isMarkdown = Path.GetExtension(file) == ".md";
        var (number, isInRawString, isInBlock) = (0, false, false);
        foreach (var line in File.ReadLines(file))
        {
            number++;
            var wasInRawString = isInRawString;
            if (!isMarkdown && line.AsSpan().Count("\"\"\"") % 2 == 1) isInRawString = !isInRawString;
            if (isMarkdown && line.TrimStart().StartsWith("```", StringComparison.Ordinal)) isInBlock = !isInBlock;
            if (line.Length > Limit && !wasInRawString && !isInBlock && !(isMarkdown ? CannotBreak(line) : HasLongText(line)))
                yield return $"{Path.GetRelativePath(root, file).Replace('\\', '/')}:{number}";
        }
    }

    private static IEnumerable<string> Files(string root) =>
        Directory.EnumerateFiles(
            root,
            "*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Any(IsLeftAlone))
            .Order(StringComparer.Ordinal);

    private static bool IsLeftAlone(string folder) =>
        folder is "tests" or "bin" or "obj" or "artifacts" or "node_modules" or ".git" or ".modules" or ".aspire" or "TestResults";

    /// <remarks>A row of a Markdown table, a link, an address and an indented command cannot be broken.</remarks>
    private static bool CannotBreak(string line) =>
        line.StartsWith('|')
        || line.StartsWith("    ", StringComparison.Ordinal)
        || line.Contains("](", StringComparison.Ordinal)
        || line.Contains("://", StringComparison.Ordinal);

    /// <remarks>A text that is data, a token or a policy say, is read better in one piece.</remarks>
    private static bool HasLongText(string line) => LongTextPattern().IsMatch(line);

    [GeneratedRegex("\"[^\"]{80,}\"|\"\"\".{80,}\"\"\"")]
    private static partial Regex LongTextPattern();
}
