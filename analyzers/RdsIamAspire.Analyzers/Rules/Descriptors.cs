using System.Resources;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>The rules; their texts stand in Strings.resx by the id, their pages in docs/rules.</summary>
internal static class Descriptors
{
    private const string Pages = "https://github.com/rds-iam-aspire/rds-iam-aspire/blob/main/docs/rules/";

    private static readonly ResourceManager Strings = new("RdsIamAspire.Analyzers.Strings", typeof(Descriptors).Assembly);

    public static readonly DiagnosticDescriptor
        HardCodedPassword = Rule("RDSIAM001"),
        PasswordSetting = Rule("RDSIAM002"),
        MissingSslMode = Rule("RDSIAM003"),
        Unencrypted = Rule("RDSIAM004"),
        Unverified = Rule("RDSIAM005"),
        PasswordBesideIamProvider = Rule("RDSIAM006"),
        KeptAuthToken = Rule("RDSIAM007", "Reliability"),
        RejectedOption = Rule("RDSIAM008", "Reliability"),
        AcceptAllCertificates = Rule("RDSIAM009"),
        EmulatorReference = Rule("RDSIAM010", tags: WellKnownDiagnosticTags.CompilationEnd),
        FilePassword = Rule("RDSIAM011"),
        FileTls = Rule("RDSIAM012"),
        InvalidSetting = Rule("RDSIAM013", "Configuration"),
        DroppedIamAuth = Rule("RDSIAM014"),
        NoIam = Rule("RDSIAM015"),
        EarlyReference = Rule("RDSIAM016"),
        NoLocalServer = Rule("RDSIAM017", "Usage", DiagnosticSeverity.Info),
        PasswordBesideIam = Rule("RDSIAM018");

    private static DiagnosticDescriptor Rule(string id, string category = "Security",
        DiagnosticSeverity severity = DiagnosticSeverity.Warning, params string[] tags) =>
        new(id, Text(id + "_Title"), Text(id + "_Message"), category, severity, isEnabledByDefault: true, Text(id + "_Description"),
            Pages + id + ".md", tags);

    private static LocalizableResourceString Text(string name) => new(name, Strings, typeof(Descriptors));
}
