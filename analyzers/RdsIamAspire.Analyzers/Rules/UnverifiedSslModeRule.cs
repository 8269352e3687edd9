using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Settings;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM005: SslMode encrypts without a check of who is at the other end.</summary>
internal static class UnverifiedSslModeRule
{
    public const string Id = "RDSIAM005";

    public static readonly DiagnosticDescriptor Descriptor = RuleTexts.Rule(Id, RuleTexts.Category);

    public static Finding? Judge(ConnectionStringSite site)
    {
        if (site.IsWithoutNetwork || site.Text.Find(MySqlKey.SslMode) is not { } pair || TlsModes.Parse(pair.Value) is not { } mode
            || !IsTooWeak(mode, site.Settings))
            return null;
        return new Finding(pair.Start, pair.End, pair.Value, Lack(mode),
            nameof(TlsMode.VerifyFull))
        { Replacement = nameof(TlsMode.VerifyFull) };
    }

    public static bool IsTooWeak(TlsMode mode, AnalyzerSettings settings) => mode >= TlsMode.Required && mode < settings.MinimumSslMode;

    public static string Lack(TlsMode mode) => mode == TlsMode.Required ? "does not check the server's certificate"
        : "does not check the server's name";
}
