using System.Diagnostics.CodeAnalysis;

namespace RdsIamAspire;

/// <summary>A policy variable as it stands in a text: <c>${aws:username}</c>, <c>${aws:username, 'nobody'}</c>, <c>${*}</c>.</summary>
/// <remarks>Source: IAM User Guide, "IAM policy elements: Variables and tags".</remarks>
/// <param name="Name">The condition key; null for a character that is meant literally.</param>
/// <param name="Default">What stands in for a key that the request has not; null without one.</param>
/// <param name="Literal">The character of <c>${*}</c>, <c>${?}</c> and <c>${$}</c>.</param>
/// <param name="Length">How many characters of the text it takes.</param>
internal sealed record IamVariable(string? Name, string? Default, char Literal, int Length)
{
    internal const string Start = "${";

    /// <summary>Reads the variable that begins at <paramref name="at"/>; the problem says what is wrong with it.</summary>
    internal static bool TryRead(string text, int at, [NotNullWhen(true)] out IamVariable? variable,
        [NotNullWhen(false)] out string? problem)
    {
        (variable, problem) = (null, null);
        var rest = text.AsSpan(at + Start.Length);
        if (rest is ['*' or '?' or '$', '}', ..])
        {
            variable = new(null, null, rest[0], 4);
            return true;
        }

        var end = rest.IndexOfAny(',', '}');
        if (end < 0)
        {
            problem = $"the variable '{text[at..]}' has no closing brace; write ${{…}}";
            return false;
        }

        var name = rest[..end].ToString();
        if (name.Length == 0)
            problem = "the variable '${}' has no name; write one such as ${aws:username}";
        else if (name.Any(char.IsWhiteSpace))
            problem = $"the variable '${{{name}}}' has a blank; a variable has none";
        if (problem is not null)
            return false;
        if (rest[end] == '}')
        {
            variable = new(name, null, default, Start.Length + end + 1);
            return true;
        }

        var quote = rest[(end + 1)..].IndexOfAnyExcept(' ');
        var opening = end + 1 + quote;
        var closing = quote < 0 || rest[opening] != '\'' ? -1 : rest[(opening + 1)..].IndexOf('\'');
        if (closing < 0 || rest[(opening + closing + 2)..] is not ['}', ..])
        {
            problem = $"the variable '${{{name}' has a default without quotes or without a closing brace; write ${{{name}, 'default'}}";
            return false;
        }

        variable = new(name, rest.Slice(opening + 1, closing).ToString(), default, Start.Length + opening + closing + 3);
        return true;
    }

    /// <summary>What is wrong with the variables of a text; null when they are well formed or there is none.</summary>
    internal static string? ProblemOf(string text)
    {
        for (var at = text.IndexOf(Start, StringComparison.Ordinal); at >= 0;)
        {
            if (!TryRead(text, at, out var variable, out var problem))
                return problem;
            at = text.IndexOf(Start, at + variable.Length, StringComparison.Ordinal);
        }

        return null;
    }
}
