namespace RdsIamAspire;

/// <summary>Names in SQL text.</summary>
internal static class MySqlIdentifier
{
    /// <summary>
    /// A quoted name. Backticks mean the same in every sql_mode, while a backslash inside '…' depends on NO_BACKSLASH_ESCAPES and "…" on ANSI_QUOTES;
    /// account names may be quoted so too (MySQL Reference Manual, "Specifying Account Names", "Schema Object Names").
    /// </summary>
    internal static string Quote(string name) => $"`{name.Replace("`", "``")}`";

    /// <summary>A database name in a GRANT at database level, where '_' and '%' are wildcards (MySQL Reference Manual, "GRANT Statement").</summary>
    internal static string QuoteDatabasePattern(string name) => Quote(name.Replace("\\", "\\\\").Replace("_", "\\_").Replace("%", "\\%"));
}
