namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>Finds the password in the URIs that other clients use: <c>mysql://user:password@host/db</c>,
/// <c>jdbc:mysql://host/db?password=…</c>.</summary>
internal static class UriPassword
{
    private static readonly string[] Schemes = ["mysql", "mariadb", "jdbc:"];

    /// <summary>The cheap first look at a text: it begins as such a URI does.</summary>
    public static bool HasScheme(string text) => HasScheme(text, 0, text.Length);

    /// <summary>The same for a run of a longer text.</summary>
    public static bool HasScheme(string text, int start, int end) =>
        end - start > 7 && text[start] is 'm' or 'M' or 'j' or 'J' && Schemes.Any(scheme =>
            string.Compare(text, start, scheme, 0, scheme.Length, StringComparison.OrdinalIgnoreCase) == 0);

    /// <summary>The characters of the password, or null when the text is no MySQL URI or names none.</summary>
    public static (int Start, int End)? Find(string value)
    {
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 && FindInDsn(value) is { } dsn)
            return dsn;
        if (scheme < 5 || !IsMySqlScheme(value.Substring(0, scheme)) || HasBlank(value))
            return null;
        var from = scheme + 3;
        var end = value.IndexOfAny(['/', '?', '#'], from);
        if (end < 0)
            end = value.Length;
        var at = end > from ? value.LastIndexOf('@', end - 1, end - from) : -1;
        if (IsSample(value.Substring(at < from ? from : at + 1, end - (at < from ? from : at + 1))))
            return null;
        var colon = at < from ? -1 : value.IndexOf(':', from, at - from);
        return colon >= 0 && colon + 1 < at ? (colon + 1, at) : Parameter(value, end);
    }

    // Go's form, user:password@tcp(host:3306)/db. Source: the README of go-sql-driver/mysql.
    private static (int Start, int End)? FindInDsn(string value)
    {
        var open = value.IndexOf('(');
        var at = open < 0 ? -1 : value.LastIndexOf('@', open);
        var close = open < 0 ? -1 : value.IndexOf(')', open);
        if (at < 0 || close < 0 || close + 1 >= value.Length || value[close + 1] != '/'
            || value.Substring(at + 1, open - at - 1) is not ("" or "tcp" or "unix" or "tcp4" or "tcp6" or "cloudsql"))
            return null;
        var colon = value.IndexOf(':', 0, at);
        return colon > 0 && colon + 1 < at && !HasBlank(value.Substring(0, at)) ? (colon + 1, at) : null;
    }

    /// <summary>The host that a URI names, without its port.</summary>
    public static string HostOf(string value)
    {
        if (value.IndexOf("://", StringComparison.Ordinal) < 0)
            return value.Substring(value.IndexOf('(') + 1).Split(')')[0].Split(':')[0];
        var from = value.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = value.IndexOfAny(['/', '?', '#'], from);
        var authority = value.Substring(from, (end < 0 ? value.Length : end) - from);
        var host = authority.Substring(authority.LastIndexOf('@') + 1);
        var colon = host.LastIndexOf(':');
        return colon > 0 && !host.EndsWith("]", StringComparison.Ordinal) ? host.Substring(0, colon) : host;
    }

    /// <summary>What goes when the password goes: its colon, or its parameter with one of the separators.</summary>
    public static (int Start, int End) Removal(string value, (int Start, int End) password)
    {
        if (value[password.Start - 1] == ':')
            return (password.Start - 1, password.End);
        var start = value.LastIndexOfAny(['?', '&'], password.Start - 1);
        var isLast = password.End >= value.Length || value[password.End] != '&';
        return isLast ? (start, password.End) : (start + 1, password.End + 1);
    }

    // …?user=a&password=b
    private static (int Start, int End)? Parameter(string value, int from)
    {
        for (var start = value.IndexOf('?', from); start >= 0 && start + 1 < value.Length;)
        {
            var end = value.Past(++start, value.Length, static c => c is not ('&' or '#'));
            var equals = value.IndexOf('=', start, end - start);
            if (equals > 0 && equals + 1 < end && value.Substring(start, equals - start)
                .ToLowerInvariant() is "password" or "pwd" or "password1" or "password2" or "password3")
                return (equals + 1, end);
            start = end < value.Length && value[end] == '&' ? end : -1;
        }

        return null;
    }

    // jdbc:mysql, mysql2, mysql+pymysql, jdbc:mysql:loadbalance, jdbc:aws-wrapper:mysql
    private static bool IsMySqlScheme(string scheme)
    {
        var name = scheme.ToLowerInvariant().Replace("jdbc:", "").Replace("aws-wrapper:", "");
        var end = name.IndexOfAny(['+', ':']);
        return (end < 0 ? name : name.Substring(0, end)) is "mysql" or "mysqlx" or "mysql2" or "mysqls" or "mariadb";
    }

    // "mysql://user:password@host:port/database" says how such a URI is written.
    private static bool IsSample(string host)
    {
        var colon = host.LastIndexOf(':');
        var port = colon < 0 ? "" : host.Substring(colon + 1);
        return port.Length > 0 && char.IsLetter(port[0])
            || (colon < 0 ? host : host.Substring(0, colon)).ToLowerInvariant()
                is "host" or "hostname" or "yourhost" or "your-host" or "your_host" or "<host>" or "{host}";
    }

    // A sentence that only begins with a URI.
    private static bool HasBlank(string value) => value.Any(char.IsWhiteSpace);
}
