using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using RdsIamAspire.Analyzers.Rules;

namespace RdsIamAspire.Analyzers.VisualBasic;

/// <summary>The rules for strings, settings and calls, on Visual Basic.</summary>
[DiagnosticAnalyzer(LanguageNames.VisualBasic)]
internal sealed class VisualBasicSourceAnalyzer : SourceAnalyzer;

/// <summary>The rules for configuration files, in a project of Visual Basic.</summary>
[DiagnosticAnalyzer(LanguageNames.VisualBasic)]
internal sealed class VisualBasicConfigurationFileAnalyzer : ConfigurationFileAnalyzer;

/// <summary>RDSIAM010, in a project of Visual Basic.</summary>
[DiagnosticAnalyzer(LanguageNames.VisualBasic)]
internal sealed class VisualBasicEmulatorReferenceAnalyzer : EmulatorReferenceAnalyzer;
