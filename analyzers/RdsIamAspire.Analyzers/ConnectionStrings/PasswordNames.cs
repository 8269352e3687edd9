namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>The one list of names for "a password": keys, properties, variables of images and programs, parameters.</summary>
internal static class PasswordNames
{
    // What stands within a name that speaks of a password.
    private static readonly string[] Words = ["password", "passwd", "pwd", "passphrase"];

    // Names that are a password by themselves, below a section or beside members that say whose.
    private static readonly HashSet<string> Short =
        new(StringComparer.OrdinalIgnoreCase) { "pass", "pw", "dbpass", "userpass", "rootpass", "secret" };

    // Source: the README of the official images mysql and mariadb; MySQL manual, "Environment Variables" (MYSQL_PWD); phpMyAdmin's image
    // (PMA_…),
    // mysqld_exporter (MYSQLD_EXPORTER_PASSWORD), WordPress (which knows no other database). Others of the form MYSQL_…PASS… are taken too.
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
    public static bool Tells(string name)
    {
        if (Short.Contains(name))
            return true;
        foreach (var word in Words)
        {
            if (name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }

        return EndsAsWord(name, "pass");
    }

    // What a name says that speaks about a password and is none.
    private static readonly string[] About =
    [
        "file", "empty", "random", "length", "expire", "policy", "hash", "plugin", "format", "retriev", "onetime", "require", "source",
        "provider", "secretname", "secretkey", "attempt", "window", "strength", "reset", "history", "lifetime", "validat", "minimum",
        "maximum", "enabled", "manage", "existingsecret",
    ];

    /// <summary>True for a name that is a password and nothing about one: not PasswordFile, PasswordLength, AllowEmptyPassword.</summary>
    public static bool IsPassword(string name)
    {
        foreach (var word in About)
        {
            if (Has(name, word))
                return false;
        }

        return Tells(name);
    }

    /// <summary>True for an environment variable that an image or program of MySQL or MariaDB reads a password from.</summary>
    public static bool IsVariable(string key)
    {
        if (key.Length < 9 || key[0] is not ('M' or 'P' or 'W'))
            return false;
        return Variables.Contains(key)
            || (key.StartsWith("MYSQL_", StringComparison.Ordinal) || key.StartsWith("MARIADB_", StringComparison.Ordinal))
                && IsUpper(key) && IsPassword(key) && (key.EndsWith("PASSWORD", StringComparison.Ordinal)
                || key.EndsWith("_PWD", StringComparison.Ordinal) || key.EndsWith("_PASS", StringComparison.Ordinal));
    }

    /// <summary>True when a run of source holds a name of a connection or a password.</summary>
    public static bool TellsOfConnection(string text, int start, int end) =>
        Has(text, "conn", start, end) || Has(text, "pwd", start, end) || Has(text, "password", start, end)
        || Has(text, "credential", start, end);

    private static bool EndsAsWord(string name, string word) =>
        name.Length > word.Length && name.EndsWith(word, StringComparison.OrdinalIgnoreCase)
        && (name[name.Length - word.Length - 1] is '-' or '_' or '.' or ':' || char.IsUpper(name[name.Length - word.Length]));

    private static bool IsUpper(string key) => key.All(c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_');

    private static bool Has(string name, string part) => name.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0;

    private static bool Has(string text, string part, int start, int end) =>
        text.IndexOf(part, start, end - start, StringComparison.OrdinalIgnoreCase) >= 0;
}
