namespace RdsIamAspire.Analyzers.Files;

/// <summary>The kinds of configuration files that hold connection strings, told by their names.</summary>
internal static class ConfigurationFile
{
    /// <summary>The strings of a file, or nothing when its name is not one of those.</summary>
    public static IEnumerable<ConfigurationValue> Read(string path, string text)
    {
        var name = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1).ToLowerInvariant();
        if (name.EndsWith(".json", StringComparison.Ordinal))
            return IsJsonSettings(name) ? JsonValues.Read(text) : [];
        if (name == ".env" || name.StartsWith(".env.", StringComparison.Ordinal) || name.EndsWith(".env", StringComparison.Ordinal))
            return EnvValues.Read(text);
        if ((name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal)) && (name.StartsWith("docker-compose", StringComparison.Ordinal) || name.StartsWith("compose", StringComparison.Ordinal)))
            return ComposeValues.Read(text);
        if (name.EndsWith(".config", StringComparison.Ordinal) && (name.StartsWith("web.", StringComparison.Ordinal) || name.StartsWith("app.", StringComparison.Ordinal) || name == "connectionstrings.config"))
            return XmlValues.Read(text);
        return [];
    }

    private static bool IsJsonSettings(string name) =>
        name.StartsWith("appsettings", StringComparison.Ordinal) || name is "launchsettings.json" or "local.settings.json" or "connectionstrings.json";
}
