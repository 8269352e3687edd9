using System.Globalization;
using System.Text.RegularExpressions;
using MySqlConnector;

namespace RdsIamAspire.Emulator;

/// <summary>
/// A statement of an init script failed. The message has file, line, what the server says, and the statement's beginning.
/// </summary>
public sealed partial class InitScriptException : Exception
{
    private const int Shown = 100;

    internal InitScriptException(string file, int line, string statement, MySqlException cause)
        : base(Describe(file, line, statement, cause.Number, cause.Message), cause) =>
        (File, Line, Statement) = (file, line, Shorten(statement));

    internal InitScriptException(string file, int line, string problem)
        : base(string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {problem}")) => (File, Line, Statement) = (file, line, "");

    /// <summary>The script.</summary>
    public string File { get; }

    /// <summary>Where the statement begins, from 1.</summary>
    public int Line { get; }

    /// <summary>The statement's beginning on one line, without the passwords in it; empty where the script itself cannot be read.</summary>
    public string Statement { get; }

    /// <summary>What is said of a statement that failed.</summary>
    internal static string Describe(string file, int line, string statement, int number, string message)
    {
        // The server repeats what it did not understand, and that may be a password.
        var said = PasswordsOf(statement).Aggregate(message, (text, password) => text.Replace(password, "…", StringComparison.Ordinal));
        return string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {said} ({number}) in: {Shorten(statement)}");
    }

    private static IEnumerable<string> PasswordsOf(string statement) =>
        Password().Matches(statement).Select(match => match.Groups[2].Value[1..^1]).Where(password => password.Length > 0);

    private static string Shorten(string statement)
    {
        var text = Blanks().Replace(Password().Replace(statement, "$1'…'"), " ").Trim();
        return text.Length <= Shown ? text : text[..Shown] + "…";
    }

    // IDENTIFIED BY '…', IDENTIFIED WITH … AS '…', REPLACE '…', PASSWORD = '…', SET PASSWORD FOR x = '…'.
    [GeneratedRegex("""(?i)(\b(?:BY|AS|REPLACE|PASSWORD\b[^'"]*?=)\s*)('(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")""")]
    private static partial Regex Password();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
