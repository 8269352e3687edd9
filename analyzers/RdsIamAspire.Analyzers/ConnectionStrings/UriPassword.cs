namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>Finds the password in a URI such as <c>mysql://user:password@host/db</c>, which clients of other languages use.</summary>
internal static class UriPassword
{
    public static (int Start, int End)? Find(string value)
    {
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 5 || !IsMySqlScheme(value.Substring(0, scheme)))
            return null;
        var from = scheme + 3;
        var end = value.IndexOfAny(['/', '?', '#'], from);
        var at = value.LastIndexOf('@', (end < 0 ? value.Length : end) - 1);
        if (at < from)
            return null;
        var colon = value.IndexOf(':', from, at - from);
        return colon < 0 || colon + 1 == at ? null : (colon + 1, at);
    }

    private static bool IsMySqlScheme(string scheme) => scheme.ToLowerInvariant() is "mysql" or "mysqlx" or "mysql2" or "mariadb" or "jdbc:mysql" or "jdbc:mariadb";
}
