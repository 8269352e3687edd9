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
    public void A_rule_has_a_title_a_message_and_a_description_and_is_in_the_index(string id)
    {
        var rule = Descriptors.Single(each => each.Id == id);

        Assert.NotEmpty(rule.Title.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEmpty(rule.MessageFormat.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEmpty(rule.Description.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains($"({id}.md)", File.ReadAllText(Path.Combine(Repository.Root, "docs", "rules", "README.md")), StringComparison.Ordinal);
    }
}
