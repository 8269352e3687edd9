namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>One <c>key=value</c> of a connection string, by index into its text.</summary>
/// <param name="Key">The key in lower case, trimmed.</param>
/// <param name="Value">The value without its quotes.</param>
/// <param name="Start">Index of the key's first character.</param>
/// <param name="ValueStart">Index of the value's first character, an opening quote included.</param>
/// <param name="ValueEnd">Index after the value's last character, a closing quote included.</param>
/// <param name="End">Index after the <c>;</c> that ends the pair, or the end of the text.</param>
internal readonly record struct ConnectionStringPair(string Key, string Value, int Start, int ValueStart, int ValueEnd, int End)
{
    public bool IsKnown => MySqlKeys.Find(Key) != MySqlKey.None;

    public MySqlKey Kind => MySqlKeys.Find(Key);
}
