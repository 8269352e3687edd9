namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>Finds passwords on command lines: <c>-pSECRET</c> and <c>--password=SECRET</c> behind a client of MySQL, and
/// <c>MYSQL_PWD=SECRET</c>. Source: MySQL manual, "Connecting to the MySQL Server Using Command Options": behind -p no blank
/// stands.</summary>
internal static class CommandPassword
{
    private static readonly HashSet<string> Clients = new(StringComparer.OrdinalIgnoreCase)
    {
        "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mysqlshow", "mysqlslap", "mysqlpump", "mysqlbinlog", "mysqlsh",
        "mysql_upgrade", "mycli", "mariadb", "mariadb-dump", "mariadb-admin", "mariadb-import", "mariadb-check", "mariadb-backup",
        "mysql.exe", "mysqldump.exe", "mysqladmin.exe", "xtrabackup", "mydumper",
    };

    /// <summary>The cheap first look at a text.</summary>
    public static bool MayHave(string text) =>
        text.IndexOf("-p", StringComparison.Ordinal) >= 0 && (text[0] == '-' || text.IndexOf(" -", StringComparison.Ordinal) > 0);

    /// <summary>True for the name of a client, with or without its folder.</summary>
    public static bool IsClient(string word) => Clients.Contains(word.Substring(word.LastIndexOfAny(['/', '\\']) + 1));

    /// <summary>The passwords in a line.</summary>
    /// <param name="line">The line; quotes, commas and brackets stand between words as blanks do, so that lists of arguments are lines
    /// too.</param>
    /// <param name="isClientKnown">The line holds the arguments only, of a client that is named elsewhere.</param>
    public static IEnumerable<(int Start, int End)> Find(string line, bool isClientKnown)
    {
        var hasClient = isClientKnown;
        for (var i = 0; i < line.Length;)
        {
            if (IsBetween(line[i]))
            {
                // The next command of the line.
                if (line[i] is ';' or '|' or '&' && (i + 1 == line.Length || line[i + 1] is ' ' or '|' or '&'))
                    hasClient = isClientKnown;
                i++;
                continue;
            }

            if (line[i] == '#' && i > 0 && char.IsWhiteSpace(line[i - 1]))
                yield break;
            var start = i;
            i = line.Past(i, line.Length, c => !IsBetween(c) && c != '=');
            var word = line.Substring(start, i - start);
            if (hasClient && word.StartsWith("-p", StringComparison.Ordinal) && word.Length > 2 && word[2] != '-')
            {
                i = End(line, start + 2);
                if (IsValue(line, start + 2, i))
                    yield return (start + 2, i);
            }
            else if (hasClient && word is "--password" or "-password" or "-p" && i < line.Length
                && (line[i] == '=' || line[i] is '"' or '\'' && word == "-p" && i + 1 < line.Length && line[i + 1] is not (',' or ' ')))
            {
                var (from, to) = Quoted(line, line[i] == '=' ? i + 1 : i);
                i = to;
                if (IsValue(line, from, to))
                    yield return (from, to);
            }
            else
            {
                hasClient |= IsClient(word);
                if (i < line.Length && line[i] == '=')
                    i++;
            }
        }
    }

    /// <summary>The variables of MySQL that a line sets: MYSQL_PWD=…, $env:MYSQL_PWD = "…", -e MYSQL_ROOT_PASSWORD=…</summary>
    public static IEnumerable<(string Name, int Start, int End)> Variables(string line)
    {
        for (var equals = line.IndexOf('='); equals > 0; equals = line.IndexOf('=', equals + 1))
        {
            var end = line.Back(equals, 0, c => c == ' ');
            var start = line.Back(end, 0, c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_');
            // A blank stands before the equals sign in PowerShell and in a file of its own only.
            if (start == end || end < equals && !(start >= 5 && line[start - 1] == ':')
                || !PasswordNames.IsVariable(line.Substring(start, end - start)))
                continue;
            var from = line.Past(equals + 1, line.Length, c => c == ' ' && end < equals);
            var (at, to) = Quoted(line, from);
            if (IsValue(line, at, to))
                yield return (line.Substring(start, end - start), at, to);
        }
    }

    private static (int From, int To) Quoted(string line, int from)
    {
        if (from < line.Length && line[from] is '"' or '\'' && line.IndexOf(line[from], from + 1) is var close && close > 0)
            return (from + 1, close);
        return (from, End(line, from));
    }

    private static int End(string line, int from)
    {
        from = line.Past(from, line.Length, c => !IsBetween(c));
        return from;
    }

    // Not the port that docker publishes, and not what a shell puts in.
    private static bool IsValue(string line, int start, int end)
    {
        if (end <= start || line[start] is '$' or '%' or '`' or '{' or '<' or '@' || line[start] == '!' && line[end - 1] == '!')
            return false;
        var isPort = true;
        for (var i = start; i < end; i++)
            isPort &= line[i] is (>= '0' and <= '9') or ':' or '.' or '-';
        return !(isPort && line.IndexOf(':', start, end - start) > 0);
    }

    private static bool IsBetween(char c) =>
        char.IsWhiteSpace(c) || c is '"' or '\'' or ',' or '[' or ']' or ';' or '|' or '&' or '(' or ')' or '\\';
}
