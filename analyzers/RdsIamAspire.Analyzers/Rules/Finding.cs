namespace RdsIamAspire.Analyzers.Rules;

/// <summary>What a rule found in a text: the range of characters, the text that a fix puts in place of its value or key (null when the fix
/// needs none), and the words for the message. Never a password.</summary>
internal sealed record Finding(int Start, int End, string? Replacement, params object[] Words);
