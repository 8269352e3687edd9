namespace RdsIamAspire.Analyzers.Rules;

/// <summary>Turns a finding into a diagnostic, at the severity that the settings give to local hosts.</summary>
internal static class SiteReport
{
    public static Diagnostic? Create(DiagnosticDescriptor rule, Location location, ConnectionStringSite site, Finding finding) =>
        Create(rule, location, site.IsLocal, site.Settings, finding);

    public static Diagnostic? Create(DiagnosticDescriptor rule, Location location, bool isLocal, AnalyzerSettings settings, Finding finding)
    {
        var properties = finding.Replacement is null
            ? ImmutableDictionary<string, string?>.Empty
            : ImmutableDictionary<string, string?>.Empty.Add(FixKinds.Replacement, finding.Replacement);
        if (!isLocal || settings.LocalHosts == LocalHosts.Report || rule.Id == RejectedOptionRule.Id)
            return Diagnostic.Create(rule, location, properties, finding.Words);
        return settings.LocalHosts == LocalHosts.Ignore
            ? null
            : Diagnostic.Create(rule, location, DiagnosticSeverity.Info, additionalLocations: null, properties, finding.Words);
    }
}
