using System.Text.RegularExpressions;

namespace RdsIamAspire.Hosting.Tests.GettingStarted;

/// <summary>What a reader of a page does, in order: types commands, saves files, starts what runs on.</summary>
internal abstract record Step
{
    /// <summary>Commands that end.</summary>
    public sealed record Commands(string Text) : Step;

    /// <summary>A command that runs until it is stopped.</summary>
    public sealed record Server(string Command) : Step;

    /// <summary>A file of the page, whose first line is a comment with its name.</summary>
    public sealed record SavedFile(string Path, string Text) : Step;
}

/// <summary>A Markdown page as steps. A block is left out where the comment before it says why.</summary>
internal static partial class Page
{
    public static IReadOnlyList<Step> Read(string markdown) =>
    [
        .. BlockPattern().Matches(markdown).Select(static match => (
                Comment: match.Groups["comment"].Value,
                Language: match.Groups["language"].Value,
                Text: match.Groups["text"].Value))
            .Where(static block => !block.Comment.StartsWith("not run:", StringComparison.Ordinal))
            .Select(static block => block.Language switch
            {
                "bash" when block.Comment == "runs until it is stopped" => new Step.Server(block.Text.Trim()),
                "bash" => new Step.Commands(block.Text),
                "csharp" when FileNamePattern().Match(block.Text) is { Success: true } name =>
                    new Step.SavedFile(name.Groups["name"].Value, block.Text),
                _ => (Step?)null,
            })
            .OfType<Step>(),
    ];

    [GeneratedRegex(@"(<!-- (?<comment>[^\n]*?) -->\n)?```(?<language>\w+)\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"\A// (?<name>[\w./-]+\.cs)\n")]
    private static partial Regex FileNamePattern();
}
