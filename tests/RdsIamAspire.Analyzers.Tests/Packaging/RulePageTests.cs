using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.Tests.Running;

namespace RdsIamAspire.Analyzers.Tests.Packaging;

/// <summary>Each rule has a page that its help link opens, and is in the lists.</summary>
public sealed class RulePageTests
{
    public static TheoryData<string> Rules => [.. Descriptors.Select(rule => rule.Id)];

    private static IEnumerable<DiagnosticDescriptor> Descriptors =>
        Analysis.Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).DistinctBy(rule => rule.Id);

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_help_link_opens_a_page_that_says_what_why_how_to_fix_configure_and_what_is_not_seen(string id)
    {
        var rule = Descriptors.Single(each => each.Id == id);
        Assert.EndsWith($"/docs/rules/{id}.md", rule.HelpLinkUri, StringComparison.Ordinal);

        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "rules", id + ".md"));

        Assert.StartsWith($"# {id}: {rule.Title}", page, StringComparison.Ordinal);
        foreach (var heading in new[] { "## What", "## Why", "## How to fix", "## How to configure", "## Known limits" })
            Assert.Contains(heading, page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task What_the_page_marks_as_reported_is_and_the_rest_of_its_code_is_not(string id)
    {
        var wrong = new List<string>();
        foreach (var example in Example.ReadPage(id))
        {
            foreach (var line in await example.ReportedAsync(id))
            {
                if (!example.Marked.Contains(line))
                    wrong.Add($"reported, and not marked: {example.Lines[line]}");
            }

            foreach (var line in example.Marked.Except(await example.ReportedAsync(id)))
                wrong.Add($"marked, and not reported: {example.Lines[line]}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_has_a_title_a_message_and_a_description_and_is_in_the_index(string id)
    {
        var rule = Descriptors.Single(each => each.Id == id);

        Assert.NotEmpty(rule.Title.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEmpty(rule.MessageFormat.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEmpty(rule.Description.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains($"({id}.md)", File.ReadAllText(Path.Combine(Repository.Root, "docs", "rules", "README.md")),
            StringComparison.Ordinal);
    }
}
