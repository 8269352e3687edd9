using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RdsIamAspire.Analyzers.Settings;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM013: an <c>.editorconfig</c> option of these rules has a value that is not understood.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class SettingsAnalyzer : DiagnosticAnalyzer
{
    internal const string Id = "RDSIAM013";

    internal static readonly DiagnosticDescriptor Descriptor = new(
        Id,
        RuleTexts.Get("RDSIAM013_Title"),
        RuleTexts.Get("RDSIAM013_Message"),
        "Configuration",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        RuleTexts.Get("RDSIAM013_Description"),
        RuleTexts.Page(Id),
        WellKnownDiagnosticTags.CompilationEnd);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Descriptor);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var settings = new SettingsPerTree(start.Options.AnalyzerConfigOptionsProvider);
            // One line per wrong value, however many files it holds for.
            var invalid = new ConcurrentDictionary<(string Key, string Value), string>();
            start.RegisterSyntaxTreeAction(tree =>
            {
                foreach (var each in settings.Of(tree.Tree).Invalid)
                    invalid.TryAdd((each.Key, each.Value), each.Expected);
            });
            start.RegisterCompilationEndAction(end =>
            {
                foreach (var each in invalid)
                    end.ReportDiagnostic(Diagnostic.Create(Descriptor, Location.None, each.Key.Key, each.Key.Value, each.Value));
            });
        });
    }
}
