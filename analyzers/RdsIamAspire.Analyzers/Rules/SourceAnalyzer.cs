namespace RdsIamAspire.Analyzers.Rules;

/// <summary>Judges a file of source: its text says where to look, the operations there are bound, and the rules judge what stands there.
/// One action for each file, so that all that is found about a file is found once.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal class SourceAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        Descriptors.HardCodedPassword, Descriptors.PasswordSetting, Descriptors.MissingSslMode, Descriptors.Unencrypted,
        Descriptors.Unverified, Descriptors.PasswordBesideIamProvider, Descriptors.KeptAuthToken, Descriptors.RejectedOption,
        Descriptors.AcceptAllCertificates, Descriptors.InvalidSetting, Descriptors.DroppedIamAuth, Descriptors.NoIam,
        Descriptors.EarlyReference, Descriptors.NoLocalServer, Descriptors.PasswordBesideIam);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        // Generated code is left out here and not by the compiler, which at the first finding of a file binds all that the file declares
        // to ask each for [GeneratedCode]: that cost more than all of the rules.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var drivers = CompilationDrivers.Of(start.Compilation);
            var settings = new SettingsPerTree(start.Options.AnalyzerConfigOptionsProvider);
            start.RegisterSemanticModelAction(context =>
            {
                // A person can edit only what a file is generated from: configuration files are judged themselves.
                if (!context.IsGeneratedCode)
                    Judge(context.SemanticModel, drivers, settings, context.ReportDiagnostic, context.CancellationToken);
            });
        });
    }

    /// <summary>Judges one file.</summary>
    internal static void Judge(SemanticModel model, CompilationDrivers drivers, SettingsPerTree allSettings, Action<Diagnostic> report,
        CancellationToken cancellationToken)
    {
        var tree = model.SyntaxTree;
        var settings = allSettings.Of(tree);
        foreach (var invalid in InvalidSettingRule.Judge(settings, tree, model.Compilation, allSettings))
            report(invalid);
        if (settings.IsExcluded(tree.FilePath))
            return;
        var text = tree.GetText(cancellationToken).ToString();
        var scan = new SourceScan(text);
        var file = new SourceFile(model, text, drivers, settings, cancellationToken);
        var generated = new GeneratedMembers(file);
        var judge = new SourceJudge(file, found =>
        {
            if (!generated.Contain(found.Location.SourceSpan.Start))
                report(found);
        });
        judge.Strings(scan);
        judge.Settings(scan);
        judge.Calls();
    }
}
