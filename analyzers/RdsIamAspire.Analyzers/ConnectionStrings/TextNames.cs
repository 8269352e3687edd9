namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>Names of what is written for a person to read: messages, labels, descriptions.</summary>
internal static class TextNames
{
    private static readonly string[] Words =
        ["message", "text", "label", "error", "validation", "localization", "translation", "hint", "description", "title", "prompt",
        "displayname", "caption", "tooltip", "justification", "i18n"];

    /// <summary>True for a path or name such as Messages:Password, DisplayName.</summary>
    public static bool Tells(string name)
    {
        foreach (var word in Words)
        {
            // A word of its own: not the end of DbContext or plaintext.
            var at = name.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (at == 0 || at > 0 && (char.IsUpper(name[at]) || !char.IsLetter(name[at - 1])))
                return true;
        }

        return false;
    }
}
