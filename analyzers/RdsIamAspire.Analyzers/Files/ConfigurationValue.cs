namespace RdsIamAspire.Analyzers.Files;

/// <summary>A string of a configuration file with the way back from its characters to the file.</summary>
internal sealed class ConfigurationValue(string path, string value, int[] offsets, TextSpan whole, string? scope = null)
{
    private List<string>? _hints;

    /// <summary>The keys that lead to the value, joined by colons as configuration does.</summary>
    public string Path { get; private set; } = path;

    /// <summary>The last key of the path.</summary>
    public string Key => Path.Substring(Path.LastIndexOf(':') + 1);

    /// <summary>The object that the value is a member of: its path, with what tells apart the elements of lists and documents.</summary>
    public string Scope { get; } = scope ?? ParentOf(path);

    /// <summary>The value without its escapes and quotes.</summary>
    public string Value { get; } = value;

    /// <summary>The key and value together, as a fix takes them out.</summary>
    public TextSpan Whole { get; } = whole;

    /// <summary>What stands beside the value and says whose database it is for: a provider, a driver, a type; the nearest first.</summary>
    public IReadOnlyList<string> Hints => _hints ?? (IReadOnlyList<string>)[];

    /// <summary>The value is a password, whatever its key: an argument of a MySQL client.</summary>
    public bool IsSecret { get; set; }

    /// <summary>A text of a script that has no key.</summary>
    public bool IsLoose { get; set; }

    /// <summary>The file has the value in another form (base64), so that its characters stand nowhere.</summary>
    public bool IsEncoded { get; set; }

    /// <summary>Where a range of the value's characters stands in the file.</summary>
    public TextSpan SpanOf(int start, int end) => IsEncoded ? TextSpan.FromBounds(offsets[0], offsets[offsets.Length - 1])
        : TextSpan.FromBounds(offsets[start], offsets[end]);

    public void Add(string hint) => (_hints ??= []).Add(hint);

    /// <summary>Gives the value the name that stands beside it: { name: MYSQL_PASSWORD, value: … }.</summary>
    public void Rename(string key) => Path = Path.Length == Key.Length ? key : ParentOf(Path) + ":" + key;

    /// <summary>The value of a file within this value, seen from the outer file.</summary>
    public ConfigurationValue Outer(ConfigurationValue inner)
    {
        var moved = new int[inner.Value.Length + 1];
        for (var i = 0; i < moved.Length; i++)
            moved[i] = offsets[inner.SpanOf(i, i).Start];
        return new(Path + ":" + inner.Path, inner.Value, moved, SpanOf(inner.Whole.Start, inner.Whole.End))
        {
            _hints = inner._hints,
            IsSecret = inner.IsSecret,
            IsLoose = inner.IsLoose,
        };
    }

    private static string ParentOf(string path) => path.LastIndexOf(':') is var colon && colon < 0 ? "" : path.Substring(0, colon);
}
