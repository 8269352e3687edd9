namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM010: a project that ships references the emulator or its Testcontainers module.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal class EmulatorReferenceAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Descriptors.EmulatorReference);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationAction(static compilation =>
        {
            if (IsTestAppHostOrTool(compilation.Compilation, compilation.Options.AnalyzerConfigOptionsProvider.GlobalOptions))
                return;
            foreach (var reference in compilation.Compilation.ReferencedAssemblyNames)
            {
                if (reference.Name is "RdsIamAspire.Emulator" or "RdsIamAspire.Testcontainers")
                    compilation.ReportDiagnostic(Diagnostic.Create(Descriptors.EmulatorReference, Location.None, reference.Name));
            }
        });
    }

    private static bool IsTestAppHostOrTool(Compilation compilation, AnalyzerConfigOptions options)
    {
        if (Is("RdsIamAspireAllowEmulator") || Is("IsTestProject") || Is("IsTestingPlatformApplication") || Is("IsAspireHost")
            || Is("PackAsTool") || Is("IsBenchmark"))
            return true;
        // A project that says nothing of itself is known by its companions.
        return compilation.ReferencedAssemblyNames.Any(static name =>
            name.Name is "Aspire.Hosting" or "Aspire.Hosting.AppHost" or "Microsoft.VisualStudio.TestPlatform.TestFramework"
            or "MSTest.TestFramework" or "nunit.framework" or "TUnit.Core" or "BenchmarkDotNet"
            || name.Name.Begins("xunit."));

        bool Is(string property) => options.TryGetValue("build_property." + property, out var value) && value.Is("true");
    }
}
