namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>Hints in the languages that samples are written in: "your password", "the password here". The word for a password alone is no
/// hint: it is the password that many have. In a script that no keyboard of a server's writes, it is one.</summary>
internal static class PlaceholderWords
{
    private static readonly string[] Passwords =
    [
        "password", "passwd", "pwd", "secret", "senha", "contraseña", "contrasena", "clave", "passwort", "kennwort", "mot de passe",
        "mot_de_passe", "mot-de-passe",
        "motdepasse", "mdp", "wachtwoord", "lösenord", "adgangskode", "passord", "salasana", "heslo", "hasło", "haslo", "parola", "şifre",
            "sifre", "jelszó",
        "пароль", "密码", "密碼", "口令", "パスワード", "비밀번호", "암호",
    ];

    // "your", "the" or "enter" before the word.
    private static readonly string[] Before =
    [
        "your", "my", "the", "enter", "insert", "sua", "seu", "minha", "digite", "insira", "tu", "su", "mi", "ingrese", "ihr", "ihre",
        "dein", "mein", "votre", "ton", "mon", "vostra",
        "tua", "la_tua", "uw", "jouw", "ditt", "din", "twoje", "vaše", "ваш", "твой", "мой", "введите", "您的", "你的", "我的", "请输入", "あなたの",
            "당신의",
    ];

    // "here" behind it.
    private static readonly string[] Behind = ["here", "aqui", "aquí", "hier", "ici", "qui", "tutaj", "здесь", "这里", "在此", "ここ", "여기"];

    public static bool IsHint(string value)
    {
        if (value.IndexOf("placeholder", StringComparison.OrdinalIgnoreCase) >= 0 || value.IndexOf("占位", StringComparison.Ordinal) >= 0)
            return true;
        foreach (var word in Passwords)
        {
            var at = value.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && (at + word.Length == value.Length && IsBehind(value, at, Before) || IsBefore(value, at + word.Length)
                || IsNameOfVariable(value, at, word.Length) || IsAllThereIs(value, word)))
                return true;
        }

        return false;
    }

    // パスワード, 密码
    private static bool IsAllThereIs(string value, string word) => word[0] > 0x2FFF && value.Length == word.Length;

    // SUA_SENHA, tu contraseña, 您的密码; not "tuesday-password"
    private static bool IsBehind(string value, int at, string[] words) =>
        words.Any(word => at >= word.Length && value.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            && (IsSeparator(value[word.Length]) || word[0] > 0x2FFF || word.Length == at && char.IsUpper(value[at])));

    private static bool IsBefore(string value, int end) =>
        Behind.Any(word => value.Length >= end + word.Length && value.EndsWith(word, StringComparison.OrdinalIgnoreCase)
            && (value.Length == end + word.Length ? char.IsUpper(value[end]) || word[0] > 127
            : IsSeparator(value[value.Length - word.Length - 1])));

    // DB_PASSWORD, MYSQL_ROOT_PWD: the name of what is to be put in, in capitals and of several words.
    private static bool IsNameOfVariable(string value, int at, int length)
    {
        if (value.IndexOf('_') <= 0 || at > 0 && value[at - 1] != '_' || at + length < value.Length && value[at + length] != '_')
            return false;
        return value.All(c => c is (>= 'A' and <= 'Z') or '_');
    }

    private static bool IsSeparator(char c) => c is '_' or '-' or ' ' or '.' or '\'';
}
