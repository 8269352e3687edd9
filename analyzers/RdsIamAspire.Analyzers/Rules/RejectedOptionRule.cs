namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM008: a key or value that the driver which reads the string does not accept.</summary>
internal static class RejectedOptionRule
{
    /// <summary>The first rejected pair. Judges only where one driver is known to read the string.</summary>
    public static Finding? Judge(ConnectionStringSite site)
    {
        if (site.Driver is not (MySqlDrivers.MySqlConnector or MySqlDrivers.MySqlData) || site.IsTemplate)
            return null;
        return site.Text.Pairs.Where(static pair => pair.Key.IndexOf(ConnectionStringText.Hole) < 0
            && !PlaceholderValue.IsPlaceholder(pair.Key))
            .Select(pair => !IsAcceptedKey(pair.Key, site.Driver) ? RejectedKey(pair, site)
                : pair.Kind == MySqlKey.SslMode ? RejectedMode(pair, site) : null)
            .FirstOrDefault(static found => found is not null);
    }

    public static bool IsAcceptedKey(string key, MySqlDrivers driver) => (MySqlKeys.DriversOf(key) & driver) != 0;

    /// <summary>The message's words for a key that is given to a builder, and the key to use instead.</summary>
    public static (object[] Words, string? Replacement) OfKey(string key, MySqlDrivers driver)
    {
        var suggestion = MySqlKeys.Suggest(key.Trim().ToLowerInvariant(), driver);
        return ([NameOf(driver), key, Hint(suggestion)], suggestion == "SslMode" && !IsSpelling(key) ? null : suggestion);
    }

    // "ssl_mode" is SslMode in other letters; the value of "Encrypt" is no mode.
    private static bool IsSpelling(string key) => key.Replace("_", "").Replace("-", "").Replace(" ", "").Is("sslmode");

    /// <summary>The message's words for a value of SslMode that is given to a builder, and the value to use instead; null when the driver
    /// takes it.</summary>
    public static (object[] Words, string? Replacement)? OfMode(string key, string mode, MySqlDrivers driver, AnalyzerSettings settings)
    {
        if (IsAccepted(mode, driver) || settings.IsPlaceholder(mode))
            return null;
        var suggestion = mode.Is("none") ? WeakSslModeRule.Better(settings) : TlsModes.Suggest(mode);
        return ([NameOf(driver), key + "=" + mode, Hint(suggestion)], suggestion);
    }

    private static Finding RejectedKey(ConnectionStringPair pair, ConnectionStringSite site)
    {
        var suggestion = MySqlKeys.Suggest(pair.Key, site.Driver);
        var replacement = suggestion != "SslMode" || IsSpelling(pair.Key) ? suggestion
            : site.Text.Has(MySqlKey.SslMode) ? null : "SslMode=" + WeakSslModeRule.Better(site.Settings);
        return new Finding(pair.Start, pair.End, replacement, NameOf(site.Driver), site.Text.Text.Substring(pair.Start, pair.Key.Length),
            Hint(suggestion));
    }

    private static Finding? RejectedMode(ConnectionStringPair pair, ConnectionStringSite site) =>
        OfMode("", pair.Value, site.Driver, site.Settings) is not var (words, suggestion) ? null
            : new(pair.Start, pair.End, suggestion is null ? null : "=" + suggestion, words[0],
                site.Text.Text.Substring(pair.Start, pair.ValueEnd - pair.Start), words[2]);

    private static bool IsAccepted(string mode, MySqlDrivers driver) => mode.ToLowerInvariant() switch
    {
        "" or "disabled" or "preferred" or "required" or "verifyca" or "verifyfull" or "0" or "1" or "2" or "3" or "4" => true,
        // MySql.Data 8.0.28 and later knows Disabled only.
        "none" => driver == MySqlDrivers.MySqlConnector,
        _ => false,
    };

    private static string NameOf(MySqlDrivers driver) => driver == MySqlDrivers.MySqlConnector ? "MySqlConnector" : "MySql.Data";

    private static string Hint(string? suggestion) => suggestion is null ? "; remove it" : "; use " + suggestion;
}
