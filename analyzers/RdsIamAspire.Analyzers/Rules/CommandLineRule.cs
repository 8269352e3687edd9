namespace RdsIamAspire.Analyzers.Rules;

/// <summary>RDSIAM001 in the arguments of a MySQL client that a program starts: <c>mysqldump -uroot -pSECRET</c>.</summary>
internal static class CommandLineRule
{
    // Of the member around the arguments, as text: further away nobody names the program.
    private const int Farthest = 2000;

    /// <summary>Reports the passwords in a piece; false when it has none.</summary>
    public static bool Judge(SyntaxNode piece, SourceFile file, Action<Diagnostic> report)
    {
        var found = false;
        var value = StringPieces.Value(piece, file);
        foreach (var (start, end) in CommandPassword.Find(value.Text, value.Text.StartsWith("-", StringComparison.Ordinal)
            && IsForClient(piece, file)))
        {
            if (file.Settings.IsPlaceholder(value.Text.Substring(start, end - start)))
                continue;
            report(Diagnostic.Create(Descriptors.HardCodedPassword,
                Location.Create(piece.SyntaxTree, value.SpanOf(start, end)), FixKinds.Properties(FixKinds.CommandLine), "-p"));
            found = true;
        }

        return found;
    }

    // Process.Start("mysqldump", "-uroot -pSECRET"), new ProcessStartInfo("mysql") { ArgumentList = { "-pSECRET" } }: the program is a
    // string of its own close by.
    private static bool IsForClient(SyntaxNode piece, SourceFile file)
    {
        var from = Math.Max(0, piece.SpanStart - Farthest);
        for (var quote = file.Text.IndexOf('"', from); quote >= 0 && quote < piece.Span.End + Farthest;)
        {
            var next = file.Text.IndexOf('"', quote + 1);
            if (next < 0)
                return false;
            if (next - quote is > 4 and < 200 && CommandPassword.IsClient(file.Text.Substring(quote + 1, next - quote - 1)))
                return true;
            quote = next;
        }

        return false;
    }
}
