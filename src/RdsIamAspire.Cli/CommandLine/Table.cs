namespace RdsIamAspire.Cli.CommandLine;

/// <summary>Rows in columns; where the terminal is too narrow for them, each row's cells below each other.</summary>
internal static class Table
{
    /// <summary>Writes them to stdout; empty columns are left out.</summary>
    public static void Write(IReadOnlyList<string[]> rows)
    {
        var width = int.MaxValue;
        if (!Console.IsOutputRedirected)
            width = Console.WindowWidth > 0 ? Console.WindowWidth : int.MaxValue;
        foreach (var line in Lines(rows, width))
            Console.Out.WriteLine(line);
    }

    /// <summary>The lines for a width. Pure.</summary>
    internal static IEnumerable<string> Lines(IReadOnlyList<string[]> rows, int width)
    {
        if (rows.Count == 0)
            yield break;
        var shown = rows.Select(row => row.Select(ShownText.Of).ToArray()).ToList();
        var columns = Enumerable.Range(0, shown[0].Length).Where(column => shown.Exists(row => row[column].Length > 0)).ToList();
        var widths = columns.ToDictionary(column => column, column => shown.Max(row => row[column].Length));
        var isWide = widths.Values.Sum() + (2 * (columns.Count - 1)) <= width;
        foreach (var row in shown)
        {
            if (isWide)
            {
                yield return string.Join("  ", columns.Select(column => row[column].PadRight(widths[column]))).TrimEnd();
                continue;
            }

            yield return row[columns[0]];
            foreach (var column in columns.Skip(1).Where(column => row[column].Length > 0))
                yield return $"  {row[column]}";
        }
    }
}
