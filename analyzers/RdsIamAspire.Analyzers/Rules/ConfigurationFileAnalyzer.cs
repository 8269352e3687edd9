using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RdsIamAspire.Analyzers.Files;
using RdsIamAspire.Analyzers.Origins;
using RdsIamAspire.Analyzers.Settings;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>
/// RDSIAM011 and RDSIAM012: passwords and weak TLS in configuration files. The package's targets hand those of the project to the compiler,
/// the
/// project any others as AdditionalFiles.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class ConfigurationFileAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(FileRule.Password, FileRule.Tls);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var drivers = CompilationDrivers.Of(start.Compilation);
            var settings = new SettingsPerTree(start.Options.AnalyzerConfigOptionsProvider);
            start.RegisterAdditionalFileAction(file => Judge(file, drivers, settings));
        });
    }

    private static void Judge(AdditionalFileAnalysisContext context, CompilationDrivers drivers, SettingsPerTree allSettings)
    {
        var file = context.AdditionalFile;
        var settings = allSettings.Of(file);
        if (settings.IsExcluded(file.Path) || FileKinds.Of(file.Path) == FileKind.None
            || file.GetText(context.CancellationToken) is not { } source)
            return;
        foreach (var value in ConfigurationFile.Read(file.Path, source.ToString()))
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            foreach (var found in FileRule.Judge(value, drivers, settings))
            {
                var span = value.SpanOf(found.Start, found.End);
                var location = Location.Create(file.Path, span, source.Lines.GetLinePositionSpan(span));
                var finding = new Finding(found.Start, found.End, found.Words) { Replacement = found.Replacement };
                if (SiteReport.Create(found.Rule, location, found.IsLocal, settings, finding) is { } diagnostic)
                    context.ReportDiagnostic(diagnostic);
            }
        }
    }
}
