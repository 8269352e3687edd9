namespace RdsIamAspire.Analyzers.Sources;

/// <summary>The keys of settings that a rule looks at, when they are handed over as strings.</summary>
internal static class SettingKeys
{
    public static bool MayTell(string key)
    {
        if (PasswordNames.IsVariable(key))
            return true;
        var lower = key.Trim().ToLowerInvariant();
        return MySqlKeys.Find(lower) is MySqlKey.Password or MySqlKey.SslMode or MySqlKey.Server || MySqlKeys.MayBeRejected(lower);
    }

    /// <summary>A property of a builder, or a key.</summary>
    public static bool IsPassword(Setting setting) =>
        setting.KeyOperation is null ? PasswordNames.Properties.Contains(setting.Key) : IsPassword(setting.Key);

    public static bool IsPassword(string key) => Kind(key) == MySqlKey.Password;

    public static bool IsSslMode(string key) => Kind(key) == MySqlKey.SslMode;

    public static bool IsServer(string key) => Kind(key) == MySqlKey.Server;

    private static MySqlKey Kind(string key) => MySqlKeys.Find(key.Trim().ToLowerInvariant());
}
