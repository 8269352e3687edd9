namespace RdsIamAspire.Emulator;

/// <summary>Quoting of names and texts in SQL that is not parameterised (DDL has no parameters).</summary>
internal static class Sql
{
    /// <summary>A name in backquotes ("Schema Object Names", MySQL Reference Manual).</summary>
    public static string Identifier(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    /// <summary>A text in quotes, for a server in its default SQL mode ("String Literals", MySQL Reference Manual).</summary>
    public static string Text(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
