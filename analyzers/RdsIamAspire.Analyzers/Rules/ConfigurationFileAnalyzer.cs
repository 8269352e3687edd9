namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM011 and RDSIAM012: passwords and weak TLS in configuration files. The package's targets hand those of the project to the
/// compiler, the project any others as AdditionalFiles.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal class ConfigurationFileAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Descriptors.FilePassword, Descriptors.FileTls);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var drivers = CompilationDrivers.Of(start.Compilation);
            var settings = new SettingsPerTree(start.Options.AnalyzerConfigOptionsProvider);
            start.RegisterAdditionalFileAction(file => Judge(file.AdditionalFile, drivers, settings.Of(file.AdditionalFile),
                file.ReportDiagnostic, file.CancellationToken));
        });
    }

    /// <summary>Judges one file.</summary>
    internal static void Judge(AdditionalText file, CompilationDrivers drivers, AnalyzerSettings settings, Action<Diagnostic> report,
        CancellationToken cancellationToken)
    {
        if (settings.IsExcluded(file.Path) || FileKinds.Of(file.Path) == FileKind.None || file.GetText(cancellationToken) is not { } source)
            return;
        // What is wrong has one diagnostic, however many readers see it; the most structured is the first.
        var reported = new List<(DiagnosticDescriptor Rule, TextSpan Span)>();
        foreach (var value in ConfigurationFile.Read(file.Path, source.ToString()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var found in FileRule.Judge(value, drivers, settings))
            {
                var span = value.SpanOf(found.Finding.Start, found.Finding.End);
                if (reported.Exists(each => each.Rule == found.Rule && each.Span.OverlapsWith(span)))
                    continue;
                reported.Add((found.Rule, span));
                var location = Location.Create(file.Path, span, source.Lines.GetLinePositionSpan(span));
                if (found.Finding.At(location, found.Rule, found.IsLocal, settings) is { } diagnostic)
                    report(diagnostic);
            }
        }
    }
}
