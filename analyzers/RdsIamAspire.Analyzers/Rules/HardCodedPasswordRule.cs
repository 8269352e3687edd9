namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM001: a password is written in a MySQL connection string.</summary>
internal static class HardCodedPasswordRule
{
    /// <summary>The first pair whose value is a password that somebody wrote down: not empty, not a placeholder, not known only at run
    /// time.</summary>
    public static Finding? Judge(ConnectionStringSite site) => site.IsTemplate && !site.IsSink && !site.IsFormat ? null
        : site.Text.Pairs.Where(pair => IsPasswordKey(pair, site) && !site.Settings.IsPlaceholder(pair.Value))
            .Select(pair => new Finding(pair.Start, pair.End, null, site.Text.Text.Substring(pair.Start, pair.Key.Length)))
            .FirstOrDefault();

    /// <summary>The password of a text that is no connection string: a client's URI, or a variable of the MySQL image
    /// (<c>MYSQL_PWD=…</c>).</summary>
    public static (Finding Finding, bool IsLocal)? JudgeOtherForm(string text, AnalyzerSettings settings)
    {
        if (UriPassword.Find(text) is { } range)
        {
            return !IsWritten(range.Start, range.End) ? null
                : (new(range.Start, range.End, null, "password"), ConnectionStringShape.IsLocalHost(UriPassword.HostOf(text)));
        }

        var equals = text.IndexOf('=');
        return equals > 0 && PasswordNames.IsVariable(text.Substring(0, equals)) && text.IndexOf(' ') < 0
            && IsWritten(equals + 1, text.Length)
            ? (new Finding(equals + 1, text.Length, null, text.Substring(0, equals)), false)
            : null;

        bool IsWritten(int start, int end) => !settings.IsPlaceholder(text.Substring(start, end - start));
    }

    /// <summary>The cheap first look: how a text begins, and whether its source has what stands before a password.</summary>
    public static bool MayHaveOtherForm(string start, string source, TextSpan span) =>
        (start.StartsWith("MYSQL_", StringComparison.Ordinal) || start.StartsWith("MARIADB_", StringComparison.Ordinal))
            && source.IndexOf('=', span.Start, span.Length) >= 0
        || UriPassword.HasScheme(start) && (source.IndexOf("://", span.Start, span.Length, StringComparison.Ordinal) >= 0
            || source.IndexOf('@', span.Start, span.Length) >= 0);

    // At a sink a key that the driver rejects is still somebody's password in the source.
    private static bool IsPasswordKey(ConnectionStringPair pair, ConnectionStringSite site) =>
        pair.Kind == MySqlKey.Password || site.IsSink && MySqlKeys.Suggest(pair.Key, MySqlDrivers.MySqlConnector) == "Password";
}
