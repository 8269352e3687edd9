using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Settings;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM004: SslMode allows a connection without encryption.</summary>
internal static class UnencryptedSslModeRule
{
    public const string Id = "RDSIAM004";

    public static readonly DiagnosticDescriptor Descriptor = RuleTexts.Rule(Id, RuleTexts.Category);

    public static Finding? Judge(ConnectionStringSite site)
    {
        if (site.IsWithoutNetwork || site.Text.Find(MySqlKey.SslMode) is not { } pair || TlsModes.Parse(pair.Value) is not { } mode
            || !IsTooWeak(mode, site.Settings))
            return null;
        var better = Better(site.Settings);
        return new Finding(pair.Start, pair.End, pair.Value, better) { Replacement = better };
    }

    public static bool IsTooWeak(TlsMode mode, AnalyzerSettings settings) => mode <= TlsMode.Preferred && mode < settings.MinimumSslMode;

    /// <summary>The mode to use instead: VerifyFull, unless less is asked for.</summary>
    public static string Better(AnalyzerSettings settings) =>
        (settings.MinimumSslMode <= TlsMode.Required ? settings.MinimumSslMode : TlsMode.VerifyFull).ToString();
}
