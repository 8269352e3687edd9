namespace RdsIamAspire.Analyzers.Rules;

/// <summary>What a rule found in a connection string: the range of characters, and the words for its message. Never a password.</summary>
internal sealed class Finding
{
    public Finding(int start, int end, params object[] words)
    {
        Start = start;
        End = end;
        Words = words;
    }

    public int Start { get; }

    public int End { get; }

    public object[] Words { get; }

    /// <summary>The text that a fix puts in place of the range's value or key; null when the fix needs none.</summary>
    public string? Replacement { get; set; }
}
