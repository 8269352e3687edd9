namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>One <c>key=value</c> of a connection string, by index into its text.</summary>
internal readonly struct ConnectionStringPair
{
    public ConnectionStringPair(string key, string value, int start, int valueStart, int valueEnd, int end)
    {
        Key = key;
        Value = value;
        Start = start;
        ValueStart = valueStart;
        ValueEnd = valueEnd;
        End = end;
    }

    /// <summary>The key in lower case, trimmed.</summary>
    public string Key { get; }

    /// <summary>The value without its quotes.</summary>
    public string Value { get; }

    /// <summary>Index of the key's first character.</summary>
    public int Start { get; }

    /// <summary>Index of the value's first character, an opening quote included.</summary>
    public int ValueStart { get; }

    /// <summary>Index after the value's last character, a closing quote included.</summary>
    public int ValueEnd { get; }

    /// <summary>Index after the <c>;</c> that ends the pair, or the end of the text.</summary>
    public int End { get; }

    public bool IsKnown => MySqlKeys.Find(Key) != MySqlKey.None;

    public MySqlKey Kind => MySqlKeys.Find(Key);
}
