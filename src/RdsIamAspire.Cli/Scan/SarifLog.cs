using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Cli.Scan;

/// <summary>The findings as SARIF 2.1.0 (OASIS), which code scanning of GitHub, Azure DevOps and GitLab reads.</summary>
internal static class SarifLog
{
    private static readonly Dictionary<string, DiagnosticDescriptor> Rules = new SourceAnalyzer().SupportedDiagnostics
        .Concat(new ConfigurationFileAnalyzer().SupportedDiagnostics).ToDictionary(static rule => rule.Id, StringComparer.Ordinal);

    /// <summary>A log of one run.</summary>
    /// <param name="findings">What was found, that of the baseline included.</param>
    /// <param name="hasBaseline">Whether findings are told apart by a baseline.</param>
    public static string Of(IReadOnlyList<ScannedFinding> findings, bool hasBaseline)
    {
        string[] rules = [.. findings.Select(each => each.Rule).Distinct().Order(StringComparer.Ordinal)];
        var log = new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = "rds-iam scan",
                        ["version"] = typeof(SarifLog).Assembly.GetName().Version?.ToString(3),
                        ["informationUri"] = "https://github.com/rds-iam-aspire/rds-iam-aspire/blob/main/docs/rules/README.md",
                        ["rules"] = new JsonArray([.. rules.Select(static JsonNode (id) => Rule(id))]),
                    },
                },
                ["columnKind"] = "utf16CodeUnits",
                ["results"] = new JsonArray([.. findings.Select(JsonNode (each) =>
                    Result(each, Array.IndexOf(rules, each.Rule), hasBaseline))]),
            }),
        };
        return log.ToJsonString(new() { WriteIndented = true }) + "\n";
    }

    private static JsonObject Rule(string id) => new JsonObject
    {
        ["id"] = id,
        ["shortDescription"] = Text(Rules[id].Title),
        ["fullDescription"] = Text(Rules[id].Description),
        ["helpUri"] = Rules[id].HelpLinkUri,
        ["properties"] = new JsonObject { ["tags"] = new JsonArray(Rules[id].Category.ToLowerInvariant()) },
    };

    private static JsonObject Result(ScannedFinding finding, int rule, bool hasBaseline)
    {
        var result = new JsonObject
        {
            ["ruleId"] = finding.Rule,
            ["ruleIndex"] = rule,
            ["level"] = finding.Severity,
            ["message"] = new JsonObject { ["text"] = finding.Message },
            ["locations"] = new JsonArray(new JsonObject
            {
                ["physicalLocation"] = new JsonObject
                {
                    ["artifactLocation"] = new JsonObject
                    {
                        ["uri"] = string.Join('/', finding.Path.Split('/').Select(Uri.EscapeDataString)),
                        ["uriBaseId"] = "SRCROOT",
                    },
                    ["region"] = new JsonObject
                    {
                        ["startLine"] = finding.Line,
                        ["startColumn"] = finding.Column,
                        ["endLine"] = finding.EndLine,
                        ["endColumn"] = finding.EndColumn,
                    },
                },
            }),
            ["partialFingerprints"] = new JsonObject { ["rdsIamScan/v1"] = finding.Fingerprint },
        };
        if (hasBaseline)
            result["baselineState"] = finding.InBaseline ? "unchanged" : "new";
        if (finding.InBaseline)
            result["suppressions"] = new JsonArray(new JsonObject { ["kind"] = "external" });
        return result;
    }

    private static JsonObject Text(LocalizableString text) => new() { ["text"] = text.ToString(CultureInfo.InvariantCulture) };
}
