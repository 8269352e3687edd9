using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Analyzers.Files;

/// <summary>A string of a configuration file with the way back from its characters to the file.</summary>
internal sealed class ConfigurationValue(string path, string value, int[] offsets, TextSpan whole)
{
    private List<string>? _hints;

    /// <summary>The keys that lead to the value, joined by colons as configuration does.</summary>
    public string Path { get; } = path;

    /// <summary>The last key of the path.</summary>
    public string Key => Path.Substring(Path.LastIndexOf(':') + 1);

    /// <summary>The value without its escapes and quotes.</summary>
    public string Value { get; } = value;

    /// <summary>The key and value together, as a fix takes them out.</summary>
    public TextSpan Whole { get; } = whole;

    /// <summary>What stands beside the value and says whose database it is for: a provider, a driver, a type; the nearest first.</summary>
    public IReadOnlyList<string> Hints => _hints ?? (IReadOnlyList<string>)[];

    /// <summary>Where a range of the value's characters stands in the file.</summary>
    public TextSpan SpanOf(int start, int end) => TextSpan.FromBounds(offsets[start], offsets[end]);

    public void Add(string hint) => (_hints ??= []).Add(hint);

    /// <summary>
    /// Tells the values of one object what its members say, when they are named as a provider is. Called for the inner object first, so
    /// that
    /// the nearest stands first.
    /// </summary>
    public static void TellSiblings(List<ConfigurationValue> values, int from, string path)
    {
        var said = "";
        for (var i = from; i < values.Count; i++)
        {
            var value = values[i];
            if (value.Value.Length is > 1 and <= 120 && value.Path.Length > path.Length
                && value.Path.IndexOf(':', path.Length + (path.Length == 0 ? 0 : 1)) < 0 && NamesProvider(value.Key))
                said += value.Value + " ";
        }

        for (var i = from; said.Length > 0 && i < values.Count; i++)
            values[i].Add(said);
    }

    // Keys under which a file says which database it is about.
    private static bool NamesProvider(string key)
    {
        foreach (var word in (string[])["provider", "driver", "dialect", "dbtype", "databasetype", "engine", "vendor", "adapter",
            "connectiontype"])
        {
            if (key.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }

        return key.ToLowerInvariant() is "type" or "kind" or "name" or "image" or "db_connection" or "client" or "database" or "dbms"
            or "flavor";
    }
}
