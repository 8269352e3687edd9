namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM004: SslMode allows a connection without encryption. RDSIAM005: it encrypts without a check of who is at the other
/// end.</summary>
internal static class WeakSslModeRule
{
    public static (DiagnosticDescriptor Rule, Finding Finding)? Judge(ConnectionStringSite site) =>
        !site.IsWithoutNetwork && site.Text.Find(MySqlKey.SslMode) is { } pair && TlsModes.Parse(pair.Value) is { } mode
        && Of(mode, pair.Value, site.Settings) is { } weak ? (weak.Rule, new Finding(pair.Start, pair.End, weak.Better, weak.Words)) : null;

    /// <summary>What is too weak in a mode: the rule that says so, the mode to use instead, and the words for the message.</summary>
    public static (DiagnosticDescriptor Rule, string Better, object[] Words)? Of(TlsMode mode, string text, AnalyzerSettings settings)
    {
        if (mode >= settings.MinimumSslMode)
            return null;
        if (mode <= TlsMode.Preferred)
            return (Descriptors.Unencrypted, Better(settings), [text, Better(settings)]);
        var lack = mode == TlsMode.Required ? "does not check the server's certificate" : "does not check the server's name";
        return (Descriptors.Unverified, nameof(TlsMode.VerifyFull), [text, lack, nameof(TlsMode.VerifyFull)]);
    }

    /// <summary>The mode to use instead of none: VerifyFull, unless less is asked for.</summary>
    public static string Better(AnalyzerSettings settings) =>
        (settings.MinimumSslMode <= TlsMode.Required ? settings.MinimumSslMode : TlsMode.VerifyFull).ToString();
}
