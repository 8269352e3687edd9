namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>Tells a value that stands for something else (a template's variable, a mask, a hint) from a value that somebody wrote down.
/// Judges by form only: a weak password is a password.</summary>
internal static class PlaceholderValue
{
    // Beginnings of a value that says where the secret is.
    private static readonly string[] References =
        ["@Microsoft.KeyVault(", "arn:aws", "vault:", "env:", "$env:", "secret:", "secrets:", "op://", "ssm:", "ENC(", "resolve:"];

    private static readonly string[] HintStarts = ["REPLACE_", "REPLACE-"];

    private static readonly string[] HintEnds = ["_HERE", "-HERE", "PasswordHere", "password here"];

    private static readonly string[] Hints = ["REPLACEME", "removed", "omitted"];

    public static bool Matches(string value, ImmutableArray<string> patterns) =>
        IsPlaceholder(value) || patterns.Any(pattern => Wildcard.Matches(pattern, value));

    public static bool IsPlaceholder(string value)
    {
        value = value.Trim();
        return value.Length == 0 || value.IndexOf(ConnectionStringText.Hole) >= 0
            || IsWrapped(value) || HasTemplateVariable(value) || IsParameter(value) || IsMask(value)
            || IsReference(value) || IsHint(value) || PlaceholderWords.IsHint(value);
    }

    // <secret>  {0}  [password]  %X%  #X#  __X__  ~X~  !X!  **REDACTED**
    private static bool IsWrapped(string value)
    {
        if (value.Length < 3)
            return false;
        var (first, last) = (value[0], value[value.Length - 1]);
        return first switch
        {
            '<' => last == '>',
            '&' => value.Begins("&lt;"),
            '{' => last == '}',
            '[' => last == ']',
            '(' => last == ')' && HasOnly(value, 1, value.Length - 1, static c => IsName(c) || c is ' ' or '-'),
            '%' or '#' or '~' or '!' or '@' or '|' => last == first && HasOnly(value, 1, value.Length - 1, c => c == first || IsName(c)
                || c is '-' or '.' or ':' or '{' or '}' or '[' or ']' or '(' or ')'),
            '*' => last == '*',
            '_' => value.Length > 4 && value[1] == '_' && last == '_' && value[value.Length - 2] == '_',
            '«' or '【' or '「' or '『' or '〈' or '《' or '（' or '［' or '〔' or '‹' =>
                last is '»' or '】' or '」' or '』' or '〉' or '》' or '）' or '］' or '〕' or '›',
            _ => false,
        };
    }

    // a template's variable anywhere in the value: ${X} $(X) {{x}} {0} {name} #{X}# <%= x %> %X%
    private static bool HasTemplateVariable(string value)
    {
        for (var i = 0; i < value.Length - 2; i++)
        {
            if (value[i] == '$' && value[i + 1] is '{' or '(' && value.IndexOf(value[i + 1] == '{' ? '}' : ')', i) > 0)
                return true;
            if (value[i] == '{' && value.IndexOf('}', i) is var close && close > i + 1 && HasOnly(value, i + 1, close, IsFormatItem))
                return true;
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
            '$' => HasOnly(value, 1, value.Length, static c => c is (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_')
                || HasOnly(value, 1, value.Length, static c => char.IsLetter(c) || c == '_') && NamesASecret(value),
            _ => false,
        };
    }

    // ***  xxxx  ....  ----  ????
    private static bool IsMask(string value) => value.All(c => c == value[0])
        && (value[0] is '*' or '•' or '●' or '…' || value.Length > 2 && value[0] is 'x' or 'X' or '.' or '-' or '_' or '?' or '#');

    // your-password  <...>  PASSWORD_HERE  REPLACE_ME  TODO  "the password"
    private static bool IsHint(string value) => (value.Begins("your") || value.Begins("enter")) && NamesASecret(value)
        || HintEnds.Any(value.Ends) || HintStarts.Any(value.Begins) || Hints.Any(value.Is)
        || value is "TODO" or "TBD" or "REDACTED" or "redacted" or "MASKED" or "HIDDEN";

    private static bool IsReference(string value) => References.Any(value.Begins);

    private static bool NamesASecret(string value) => value.Has("password") || value.Has("pwd") || value.Has("secret") || value.Has("pass");

    private static bool HasOnly(string value, int from, int to, Func<char, bool> accepts) =>
        to > from && value.Past(from, to, accepts) == to;

    private static bool IsName(char c) => char.IsLetterOrDigit(c) || c == '_';

    private static bool IsFormatItem(char c) => IsName(c) || c is '{' or '.' or ' ' or ':' or '-' or '[' or ']' or '$' or '(' or ')';
}

/// <summary>Hints in the languages that samples are written in: "your password", "the password here". The word for a password alone is no
/// hint: it is the password that many have. In a script that no keyboard of a server's writes, it is one.</summary>
internal static class PlaceholderWords
{
    private static readonly string[] Passwords =
    [
        "password", "passwd", "pwd", "secret", "senha", "contraseña", "contrasena", "clave", "passwort", "kennwort", "mot de passe",
        "mot_de_passe", "mot-de-passe", "motdepasse", "mdp", "wachtwoord", "lösenord", "adgangskode", "passord", "salasana", "heslo",
        "hasło", "haslo", "parola", "şifre", "sifre", "jelszó", "пароль", "密码", "密碼", "口令", "パスワード", "비밀번호", "암호",
    ];

    // "your", "the" or "enter" before the word.
    private static readonly string[] Before =
    [
        "your", "my", "the", "enter", "insert", "sua", "seu", "minha", "digite", "insira", "tu", "su", "mi", "ingrese", "ihr", "ihre",
        "dein", "mein", "votre", "ton", "mon", "vostra", "tua", "la_tua", "uw", "jouw", "ditt", "din", "twoje", "vaše", "ваш", "твой",
        "мой", "введите", "您的", "你的", "我的", "请输入", "あなたの", "당신의",
    ];

    // "here" behind it.
    private static readonly string[] Behind = ["here", "aqui", "aquí", "hier", "ici", "qui", "tutaj", "здесь", "这里", "在此", "ここ", "여기"];

    public static bool IsHint(string value) => value.Has("placeholder") || value.Has("占位") || Passwords.Any(word =>
        value.IndexOf(word, StringComparison.OrdinalIgnoreCase) is var at && at >= 0
        && (at + word.Length == value.Length && IsBehind(value, at) || IsBefore(value, at + word.Length)
            || IsNameOfVariable(value, at, word.Length) || IsAllThereIs(value, word)));

    // パスワード, 密码
    private static bool IsAllThereIs(string value, string word) => word[0] > 0x2FFF && value.Length == word.Length;

    // SUA_SENHA, tu contraseña, 您的密码; not "tuesday-password"
    private static bool IsBehind(string value, int at) =>
        Before.Any(word => at >= word.Length && value.Begins(word)
            && (IsSeparator(value[word.Length]) || word[0] > 0x2FFF || word.Length == at && char.IsUpper(value[at])));

    private static bool IsBefore(string value, int end) =>
        Behind.Any(word => value.Length >= end + word.Length && value.Ends(word)
            && (value.Length == end + word.Length ? char.IsUpper(value[end]) || word[0] > 127
            : IsSeparator(value[value.Length - word.Length - 1])));

    // DB_PASSWORD, MYSQL_ROOT_PWD: the name of what is to be put in, in capitals and of several words.
    private static bool IsNameOfVariable(string value, int at, int length) => value.IndexOf('_') > 0
        && (at == 0 || value[at - 1] == '_') && (at + length == value.Length || value[at + length] == '_')
        && value.All(static c => c is (>= 'A' and <= 'Z') or '_');

    private static bool IsSeparator(char c) => c is '_' or '-' or ' ' or '.' or '\'';
}
