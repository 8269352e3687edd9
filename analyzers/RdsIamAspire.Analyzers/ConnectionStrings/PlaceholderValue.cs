namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>Tells a value that stands for something else (a template's variable, a mask, a hint) from a value that somebody wrote down.
/// Judges by form only: a weak password is a password.</summary>
internal static class PlaceholderValue
{
    public static bool Matches(string value, ImmutableArray<string> patterns) =>
        IsPlaceholder(value) || patterns.Any(pattern => Wildcard.Matches(pattern, value));

    public static bool IsPlaceholder(string value)
    {
        value = value.Trim();
        return value.Length == 0 || value.IndexOf(ConnectionStringText.Hole) >= 0
            || IsWrapped(value) || HasTemplateVariable(value) || IsParameter(value) || IsMask(value)
            || IsReference(value) || IsHint(value) || PlaceholderWords.IsHint(value);
    }

    // <secret>  {0}  [password]  %X%  #X#  __X__  ~X~  !X!
    private static bool IsWrapped(string value)
    {
        if (value.Length < 3)
            return false;
        var first = value[0];
        var last = value[value.Length - 1];
        switch (first)
        {
            case '<': return last == '>';
            case '&':
                return StartsWith(value, "&lt;");
            case '{': return last == '}';
            case '[': return last == ']';
            case '(': return last == ')' && HasOnly(value, 1, value.Length - 1, IsNameOrSpace);
            case '%' or '#' or '~' or '!' or '@' or '|': return last == first && HasOnly(value, 1, value.Length - 1, IsNameOrFirst(first));
            // **REDACTED**
            case '*': return last == '*';
            case '_': return value.Length > 4 && value[1] == '_' && last == '_' && value[value.Length - 2] == '_';
            case '«' or '【' or '「' or '『' or '〈' or '《' or '（' or '［' or '〔' or '‹':
                return last is '»' or '】' or '」' or '』' or '〉' or '》' or '）' or '］' or '〕' or '›';
            default: return false;
        }
    }

    // a template's variable anywhere in the value: ${X} $(X) {{x}} {0} {name} #{X}# <%= x %> %X%
    private static bool HasTemplateVariable(string value)
    {
        for (var i = 0; i < value.Length - 2; i++)
        {
            if (value[i] == '$' && value[i + 1] is '{' or '(' && value.IndexOf(value[i + 1] == '{' ? '}' : ')', i) > 0)
                return true;
            if (value[i] == '{')
            {
                var close = value.IndexOf('}', i);
                if (close > i + 1 && HasOnly(value, i + 1, close, IsFormatItem))
                    return true;
            }

            if (value[i] == '<' && value[i + 1] == '%')
                return true;
        }

        return false;
    }

    // @p  :p  ?  ?p  $X
    private static bool IsParameter(string value)
    {
        // C's and Python's formats: %s, %(password)s
        if (value is "?" or "%s" or "%d" || value.StartsWith("%(", StringComparison.Ordinal))
            return true;
        if (value.Length < 2 || !HasOnly(value, 1, value.Length, IsName))
            return false;
        return value[0] switch
        {
            '@' or ':' or '?' => char.IsLetter(value[1]) || value[1] == '_',
            '$' => HasOnly(value, 1, value.Length, IsUpperName)
                || HasOnly(value, 1, value.Length, static c => char.IsLetter(c) || c == '_') && NamesASecret(value),
            _ => false,
        };
    }

    // ***  xxxx  ....  ----  ????
    private static bool IsMask(string value)
    {
        var c = value[0];
        if (c is not ('*' or 'x' or 'X' or '.' or '-' or '_' or '?' or '•' or '●' or '#' or '…'))
            return false;
        if (value.Length < 3 && c is not ('*' or '•' or '●' or '…'))
            return false;
        return HasOnly(value, 0, value.Length, other => other == c);
    }

    // a value that says where the secret is
    private static bool IsReference(string value) =>
        StartsWith(value, "@Microsoft.KeyVault(")
        || StartsWith(value, "arn:aws")
        || StartsWith(value, "vault:")
        || StartsWith(value, "env:")
        || StartsWith(value, "$env:")
        || StartsWith(value, "secret:")
        || StartsWith(value, "secrets:")
        || StartsWith(value, "op://")
        || StartsWith(value, "ssm:")
        || StartsWith(value, "ENC(")
        || StartsWith(value, "resolve:");

    // your-password  <...>  PASSWORD_HERE  REPLACE_ME  TODO  "the password"
    private static bool IsHint(string value) =>
        StartsWith(value, "your") && value.Length > 4 && NamesASecret(value)
            || StartsWith(value, "enter") && NamesASecret(value)
            || value.EndsWith("_HERE", StringComparison.OrdinalIgnoreCase) || value.EndsWith("-HERE", StringComparison.OrdinalIgnoreCase)
            || value.EndsWith("PasswordHere", StringComparison.OrdinalIgnoreCase)
                || value.EndsWith("password here", StringComparison.OrdinalIgnoreCase)
            || StartsWith(value, "REPLACE_") || StartsWith(value, "REPLACE-")
                || value.Equals("REPLACEME", StringComparison.OrdinalIgnoreCase)
                || value is "TODO" or "TBD" or "REDACTED" or "redacted" or "[redacted]" or "MASKED" or "HIDDEN" or "(hidden)"
                || value.Equals("removed", StringComparison.OrdinalIgnoreCase)
                || value.Equals("omitted", StringComparison.OrdinalIgnoreCase);

    private static bool NamesASecret(string value) =>
        Contains(value, "password") || Contains(value, "pwd") || Contains(value, "secret") || Contains(value, "pass");

    private static bool HasOnly(string value, int from, int to, Func<char, bool> accepts)
    {
        for (var i = from; i < to; i++)
        {
            if (!accepts(value[i]))
                return false;
        }

        return to > from;
    }

    private static bool IsName(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static bool IsUpperName(char c) => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_';

    private static bool IsNameOrSpace(char c) => IsName(c) || c is ' ' or '-';

    private static Func<char, bool> IsNameOrFirst(char first) => c => c == first || IsName(c)
        || c is '-' or '.' or ':' or '{' or '}' or '[' or ']' or '(' or ')';

    private static bool IsFormatItem(char c) => IsName(c) || c is '{' or '.' or ' ' or ':' or '-' or '[' or ']' or '$' or '(' or ')';

    private static bool StartsWith(string value, string start) => value.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    private static bool Contains(string value, string part) => value.IndexOf(part, StringComparison.OrdinalIgnoreCase) >= 0;
}
