namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>The one list of names for "a password": keys, properties, variables of images and programs, parameters.</summary>
internal static class PasswordNames
{
    // What stands within a name that speaks of a password.
    private static readonly string[] Parts = ["password", "passwd", "pwd", "passphrase"];

    // Names that are a password by themselves, below a section or beside members that say whose.
    private static readonly HashSet<string> Short =
        new(StringComparer.OrdinalIgnoreCase) { "pass", "pw", "dbpass", "userpass", "rootpass", "secret" };

    // Source: the README of the official images mysql and mariadb; MySQL manual, "Environment Variables" (MYSQL_PWD); phpMyAdmin's image
    // (PMA_…), mysqld_exporter (MYSQLD_EXPORTER_PASSWORD), WordPress (which knows no other database). Others of the form MYSQL_…PASS… are
    // taken too.
    private static readonly HashSet<string> Variables =
        new(StringComparer.Ordinal) { "PMA_PASSWORD", "PMA_CONTROLPASS", "MYSQLD_EXPORTER_PASSWORD", "WORDPRESS_DB_PASSWORD" };

    /// <summary>Variables that texts set: MYSQL_PWD=…</summary>
    public static readonly string[] Known =
    [
        "MYSQL_PWD", "MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD", "MYSQL_ROOT_PWD", "MYSQL_USER_PASSWORD", "MYSQL_REPLICATION_PASSWORD",
        "MARIADB_PASSWORD", "MARIADB_ROOT_PASSWORD", "MARIADB_REPLICATION_PASSWORD", "PMA_PASSWORD",
    ];

    /// <summary>The properties of the drivers' builders and data sources.</summary>
    public static readonly string[] Properties = ["Password", "Password1", "Password2", "Password3", "Pwd"];

    /// <summary>True for a name that speaks of a password: of a parameter, a variable, a member.</summary>
    public static bool Tells(string name) => Short.Contains(name) || Parts.Any(name.Has) || EndsAsWord(name, "pass");

    private static readonly string[] ConnectionParts = ["conn", "pwd", "password", "credential"];

    // What a name says that speaks about a password and is none.
    private static readonly string[] About =
    [
        "file", "empty", "random", "length", "expire", "policy", "hash", "plugin", "format", "retriev", "onetime", "require", "source",
        "provider", "secretname", "secretkey", "attempt", "window", "strength", "reset", "history", "lifetime", "validat", "minimum",
        "maximum", "enabled", "manage", "existingsecret",
    ];

    /// <summary>True for a name that is a password and nothing about one: not PasswordFile, PasswordLength, AllowEmptyPassword.</summary>
    public static bool IsPassword(string name) => !About.Any(name.Has) && Tells(name);

    /// <summary>True for an environment variable that an image or program of MySQL or MariaDB reads a password from.</summary>
    public static bool IsVariable(string key) => Variables.Contains(key)
        || (key.StartsWith("MYSQL_", StringComparison.Ordinal) || key.StartsWith("MARIADB_", StringComparison.Ordinal))
        && (key.EndsWith("PASSWORD", StringComparison.Ordinal) || key.EndsWith("_PWD", StringComparison.Ordinal)
            || key.EndsWith("_PASS", StringComparison.Ordinal))
        && key.All(static c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_') && IsPassword(key);

    /// <summary>True when a run of source holds a name of a connection or a password.</summary>
    public static bool TellsOfConnection(string text, int start, int end) => ConnectionParts.Any(part =>
        text.IndexOf(part, start, end - start, StringComparison.OrdinalIgnoreCase) >= 0);

    private static bool EndsAsWord(string name, string word) => name.Length > word.Length && name.Ends(word)
        && (name[name.Length - word.Length - 1] is '-' or '_' or '.' or ':' || char.IsUpper(name[name.Length - word.Length]));
}

/// <summary>Names of what is written for a person to read: messages, labels, descriptions.</summary>
internal static class TextNames
{
    private static readonly string[] Parts =
        ["message", "text", "label", "error", "validation", "localization", "translation", "hint", "description", "title", "prompt",
        "displayname", "caption", "tooltip", "justification", "i18n"];

    /// <summary>True for a path or name such as Messages:Password, DisplayName: a word of its own, not the end of DbContext or
    /// plaintext.</summary>
    public static bool Tells(string name) => Parts.Any(part => name.IndexOf(part, StringComparison.OrdinalIgnoreCase) is var at
        && (at == 0 || at > 0 && (char.IsUpper(name[at]) || !char.IsLetter(name[at - 1]))));
}
