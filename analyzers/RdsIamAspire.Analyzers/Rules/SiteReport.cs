using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.Settings;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>Turns a finding into a diagnostic, at the severity that the settings give to local hosts.</summary>
internal static class SiteReport
{
    public static Diagnostic? Create(DiagnosticDescriptor rule, Location location, ConnectionStringSite site, Finding finding)
    {
        var properties = finding.Replacement is null
            ? ImmutableDictionary<string, string?>.Empty
            : ImmutableDictionary<string, string?>.Empty.Add(ConnectionStringAnalyzer.Replacement, finding.Replacement);
        if (!site.IsLocal || site.Settings.LocalHosts == LocalHosts.Report || rule.Id == RejectedOptionRule.Id)
            return Diagnostic.Create(rule, location, properties, finding.Words);
        return site.Settings.LocalHosts == LocalHosts.Ignore
            ? null
            : Diagnostic.Create(rule, location, DiagnosticSeverity.Info, additionalLocations: null, properties, finding.Words);
    }
}
