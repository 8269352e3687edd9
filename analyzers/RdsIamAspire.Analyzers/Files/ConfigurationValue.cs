namespace RdsIamAspire.Analyzers.Files;

/// <summary>A string of a configuration file with the way back from its characters to the file.</summary>
/// <param name="Path">The keys that lead to the value, joined by colons as configuration does.</param>
/// <param name="Value">The value without its escapes and quotes.</param>
/// <param name="Offsets">Where each of its characters stands, and its end.</param>
/// <param name="Whole">The key and value together, as a fix takes them out.</param>
/// <param name="Scope">The object that the value is a member of: its path, with what tells apart the elements of lists and
/// documents.</param>
internal sealed record ConfigurationValue(string Path, string Value, int[] Offsets, TextSpan Whole, string Scope)
{
    public string Path { get; private set; } = Path;

    /// <summary>The last key of the path.</summary>
    public string Key => KeyPath.Last(Path);

    /// <summary>What stands beside the value and says whose database it is for: a provider, a driver, a type; the nearest first.</summary>
    public List<string> Hints { get; } = [];

    /// <summary>The value is a password, whatever its key: an argument of a MySQL client.</summary>
    public bool IsSecret { get; init; }

    /// <summary>A text of a script that has no key.</summary>
    public bool IsLoose { get; init; }

    /// <summary>The file has the value in another form (base64), so that its characters stand nowhere.</summary>
    public bool IsEncoded { get; init; }

    /// <summary>Where a range of the value's characters stands in the file.</summary>
    public TextSpan SpanOf(int start, int end) => IsEncoded ? TextSpan.FromBounds(Offsets[0], Offsets[Offsets.Length - 1])
        : TextSpan.FromBounds(Offsets[start], Offsets[end]);

    /// <summary>Gives the value the name that stands beside it: { name: MYSQL_PASSWORD, value: … }.</summary>
    public void Rename(string key) => Path = KeyPath.Join(KeyPath.Parent(Path), key);

    /// <summary>The value of a file within this value, seen from the outer file.</summary>
    public ConfigurationValue Outer(ConfigurationValue inner)
    {
        var path = KeyPath.Join(Path, inner.Path);
        return inner with
        {
            Path = path,
            Offsets = [.. Enumerable.Range(0, inner.Value.Length + 1).Select(i => Offsets[inner.SpanOf(i, i).Start])],
            Whole = SpanOf(inner.Whole.Start, inner.Whole.End),
            Scope = KeyPath.Parent(path),
            IsEncoded = false,
        };
    }
}

/// <summary>Keys that are joined by colons.</summary>
internal static class KeyPath
{
    public static string Join(string path, string key) => path.Length == 0 ? key : key.Length == 0 ? path : path + ":" + key;

    public static string Parent(string path) => path.LastIndexOf(':') is var colon && colon < 0 ? "" : path.Substring(0, colon);

    public static string Last(string path) => path.Substring(path.LastIndexOf(':') + 1);

    /// <summary>A key as configuration has it, from an environment variable's name.</summary>
    public static string OfVariable(string name) => name.Trim().Replace("__", ":");
}
