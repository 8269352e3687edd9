namespace RdsIamAspire.Analyzers.Files;

/// <summary>How a configuration file is read.</summary>
internal enum FileKind
{
    /// <summary>No configuration file, or none that is known.</summary>
    None,
    Json,
    Xml,
    Yaml,
    Dockerfile,
    Properties,
    Terraform,

    /// <summary>Commands of a shell.</summary>
    Script,
}

/// <summary>Tells the kind of a file by its name; what the name leaves open, by how the text begins.</summary>
internal static class FileKinds
{
    // JSON that is about packages, compilers and editors, never about a database.
    private static readonly HashSet<string> OtherJson = new(StringComparer.OrdinalIgnoreCase)
    {
        "package.json", "package-lock.json", "tsconfig.json", "global.json", "project.assets.json", "packages.lock.json",
        "runtimeconfig.template.json", "bower.json", "composer.json", "angular.json", "nuget.g.json", "omnisharp.json", ".eslintrc.json",
        "launch.json", "tasks.json", "cspell.json",
    };

    public static FileKind Of(string path)
    {
        var name = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
        // A form for people to fill in.
        if (path.IndexOf("ISSUE_TEMPLATE", StringComparison.Ordinal) >= 0)
            return FileKind.None;
        if (name.Is("dockerfile") || name.Begins("dockerfile.") || name.Ends(".dockerfile") || name.Is("containerfile"))
            return FileKind.Dockerfile;
        if (name.Is(".env") || name.Begins(".env.") || name.Ends(".env"))
            return FileKind.Properties;
        return ExtensionOf(name).ToLowerInvariant() switch
        {
            ".json" or ".jsonc" => OtherJson.Contains(name) ? FileKind.None : FileKind.Json,
            ".config" or ".xml" or ".runsettings" or ".settings" or ".pubxml" => FileKind.Xml,
            ".yml" or ".yaml" => FileKind.Yaml,
            ".properties" or ".ini" or ".cnf" => FileKind.Properties,
            ".sh" or ".bash" or ".zsh" or ".ps1" or ".psm1" or ".bat" or ".cmd" or ".mk" => FileKind.Script,
            ".tf" or ".tfvars" or ".hcl" => FileKind.Terraform,
            _ => name.Is("makefile") || name.Is("justfile") || name.Is("jenkinsfile") || name.Is("procfile") ? FileKind.Script
                : FileKind.None,
        };
    }

    /// <summary>The same, with the text: quartz.config is a list of properties, App.config is XML.</summary>
    public static FileKind Of(string path, string text)
    {
        var kind = Of(path);
        if (kind != FileKind.Xml)
            return kind;
        var start = text.Past(0, text.Length, static c => char.IsWhiteSpace(c) || c == '\uFEFF');
        return start == text.Length ? FileKind.None : text[start] == '<' ? FileKind.Xml : FileKind.Properties;
    }

    private static string ExtensionOf(string name) => name.LastIndexOf('.') is var dot && dot >= 0 ? name.Substring(dot) : "";
}
