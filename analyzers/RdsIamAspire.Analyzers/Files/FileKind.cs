namespace RdsIamAspire.Analyzers.Files;

/// <summary>How a configuration file is read.</summary>
internal enum FileKind
{
    /// <summary>No configuration file, or none that is known.</summary>
    None,
    Json,
    Xml,
    Yaml,
    Env,
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
            "runtimeconfig.template.json",
        "bower.json", "composer.json", "angular.json", "nuget.g.json", "omnisharp.json", ".eslintrc.json", "launch.json", "tasks.json",
            "cspell.json",
    };

    public static FileKind Of(string path)
    {
        var name = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
        // A form for people to fill in.
        if (path.IndexOf("ISSUE_TEMPLATE", StringComparison.Ordinal) >= 0)
            return FileKind.None;
        if (Is(name, "dockerfile") || Starts(name, "dockerfile.") || Ends(name, ".dockerfile") || Is(name, "containerfile"))
            return FileKind.Dockerfile;
        if (Is(name, ".env") || Starts(name, ".env.") || Ends(name, ".env"))
            return FileKind.Env;
        return ExtensionOf(name).ToLowerInvariant() switch
        {
            ".json" or ".jsonc" => OtherJson.Contains(name) ? FileKind.None : FileKind.Json,
            ".config" or ".xml" or ".runsettings" or ".settings" or ".pubxml" => FileKind.Xml,
            ".yml" or ".yaml" => FileKind.Yaml,
            ".properties" or ".ini" or ".cnf" => FileKind.Properties,
            ".sh" or ".bash" or ".zsh" or ".ps1" or ".psm1" or ".bat" or ".cmd" or ".mk" => FileKind.Script,
            ".tf" or ".tfvars" or ".hcl" => FileKind.Terraform,
            _ => Is(name, "makefile") || Is(name, "justfile") || Is(name, "jenkinsfile") || Is(name, "procfile") ? FileKind.Script
                : FileKind.None,
        };
    }

    /// <summary>The same, with the text: quartz.config is a list of properties, App.config is XML.</summary>
    public static FileKind Of(string path, string text)
    {
        var kind = Of(path);
        if (kind != FileKind.Xml)
            return kind;
        foreach (var c in text)
        {
            if (c == '<')
                return FileKind.Xml;
            if (!char.IsWhiteSpace(c) && c != '\uFEFF')
                return FileKind.Properties;
        }

        return FileKind.None;
    }

    private static string ExtensionOf(string name) => name.LastIndexOf('.') is var dot && dot >= 0 ? name.Substring(dot) : "";

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static bool Starts(string name, string start) => name.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    private static bool Ends(string name, string end) => name.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
