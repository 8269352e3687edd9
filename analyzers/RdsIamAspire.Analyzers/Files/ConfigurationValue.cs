using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Analyzers.Files;

/// <summary>A string of a configuration file with the way back from its characters to the file.</summary>
internal sealed class ConfigurationValue
{
    private readonly int[] _offsets;

    public ConfigurationValue(string path, string value, int[] offsets, TextSpan whole, string hint = "")
    {
        Path = path;
        Value = value;
        _offsets = offsets;
        Whole = whole;
        Hint = hint;
    }

    /// <summary>The keys that lead to the value, joined by colons as configuration does.</summary>
    public string Path { get; }

    /// <summary>The last key of the path.</summary>
    public string Key => Path.Substring(Path.LastIndexOf(':') + 1);

    /// <summary>The value without its escapes and quotes.</summary>
    public string Value { get; }

    /// <summary>The key and value together, as a fix takes them out.</summary>
    public TextSpan Whole { get; }

    /// <summary>What else the file says of the value's database, such as providerName.</summary>
    public string Hint { get; }

    /// <summary>Where a range of the value's characters stands in the file.</summary>
    public TextSpan SpanOf(int start, int end) => TextSpan.FromBounds(_offsets[start], _offsets[end]);
}
