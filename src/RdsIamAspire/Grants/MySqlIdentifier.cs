using System.Text;

namespace RdsIamAspire;

/// <summary>Names in SQL text.</summary>
internal static class MySqlIdentifier
{
    /// <summary>
    /// Databases that every server has for itself (MySQL Reference Manual, "The mysql System Schema" and the chapters on the other three).
    /// </summary>
    private static readonly string[] SystemSchemas = ["mysql", "sys", "information_schema", "performance_schema"];

    /// <summary>
    /// Whether the server keeps its own tables in the database, its users among them. Case does not matter where table names ignore it.
    /// </summary>
    internal static bool IsSystemSchema(string database) => SystemSchemas.Contains(database, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A quoted name. Backticks mean the same in every sql_mode, while a backslash inside '…' depends on NO_BACKSLASH_ESCAPES and "…" on
    /// ANSI_QUOTES; account names may be quoted so too (MySQL Reference Manual, "Specifying Account Names", "Schema Object Names").
    /// </summary>
    internal static string Quote(string name) => $"`{name.Replace("`", "``")}`";

    /// <summary>
    /// A database name in a GRANT at database level, where '_' and '%' are wildcards (MySQL Reference Manual, "GRANT Statement").
    /// </summary>
    internal static string QuoteDatabasePattern(string name) => Quote(name.Replace("\\", "\\\\").Replace("_", "\\_").Replace("%", "\\%"));

    /// <summary>A text to compare names with. One that a sql_mode could read differently is written as its bytes.</summary>
    internal static string Literal(string text) =>
        text.Any(static c => c is '\'' or '\\' || !char.IsAscii(c) || char.IsControl(c))
            ? $"CONVERT(0x{Convert.ToHexString(Encoding.UTF8.GetBytes(text))} USING utf8mb4)"
            : $"'{text}'";
}
