namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>The strengths of <c>SslMode</c>, in the numbering of both drivers (<c>MySqlSslMode</c>).</summary>
internal enum TlsMode
{
    None = 0,
    Preferred = 1,
    Required = 2,
    VerifyCA = 3,
    VerifyFull = 4,
}

/// <summary>Reads the values of <c>SslMode</c>.</summary>
internal static class TlsModes
{
    /// <summary>The mode that a value means in a driver which accepts it, or null when no driver does.</summary>
    public static TlsMode? Parse(string value) => value.ToLowerInvariant() switch
    {
        "none" or "disabled" or "0" => TlsMode.None,
        "preferred" or "1" => TlsMode.Preferred,
        "required" or "2" => TlsMode.Required,
        "verifyca" or "3" => TlsMode.VerifyCA,
        "verifyfull" or "4" => TlsMode.VerifyFull,
        _ => null,
    };

    /// <summary>The accepted spelling that a rejected value was meant to be (the command line's and other drivers' spellings), or
    /// null.</summary>
    public static string? Suggest(string value) => value.Replace("_", "").Replace("-", "").Replace(" ", "").ToLowerInvariant() switch
    {
        "verifyca" => nameof(TlsMode.VerifyCA),
        "verifyfull" or "verifyidentity" or "full" => nameof(TlsMode.VerifyFull),
        "require" or "required" or "true" or "yes" or "enabled" => nameof(TlsMode.VerifyFull),
        "none" or "disable" or "disabled" or "false" or "no" or "off" => "Disabled",
        "prefer" or "prefered" or "preferred" or "allow" => nameof(TlsMode.Preferred),
        _ => null,
    };
}
