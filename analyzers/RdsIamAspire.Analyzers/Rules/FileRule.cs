using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Files;
using RdsIamAspire.Analyzers.Origins;
using RdsIamAspire.Analyzers.Settings;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>What a rule found in a value of a configuration file: the range of its characters, and the words for the message.</summary>
internal sealed class FileFinding(DiagnosticDescriptor rule, int start, int end, bool isLocal, string? replacement, params object[] words)
{
    public DiagnosticDescriptor Rule { get; } = rule;

    public int Start { get; } = start;

    public int End { get; } = end;

    public bool IsLocal { get; } = isLocal;

    public string? Replacement { get; } = replacement;

    public object[] Words { get; } = words;
}

/// <summary>RDSIAM011 and RDSIAM012: a value of a configuration file, judged by the same rules as a string of the source.</summary>
internal static class FileRule
{
    public const string PasswordId = "RDSIAM011";
    public const string TlsId = "RDSIAM012";

    public static readonly DiagnosticDescriptor Password = RuleTexts.Rule(PasswordId, RuleTexts.Category);

    public static readonly DiagnosticDescriptor Tls = RuleTexts.Rule(TlsId, RuleTexts.Category);

    public static IEnumerable<FileFinding> Judge(ConfigurationValue value, CompilationDrivers drivers, AnalyzerSettings settings)
    {
        if (value.IsSecret || IsPasswordByKey(value))
        {
            if (IsWritten(0, value.Value.Length))
                yield return new(Password, 0, value.Value.Length, false, null, value.Path);
            yield break;
        }

        if (UriPassword.Find(value.Value) is { } range)
        {
            if (IsWritten(range.Start, range.End))
                yield return new(Password, range.Start, range.End, ConnectionStringShape.IsLocalHost(UriPassword.HostOf(value.Value)),
                null, value.Path);
            yield break;
        }

        if (Sites.Of(value.Value, BesideOf(value), drivers, settings) is not { } site
            || value.IsLoose && BesideOf(value) == Leaning.Unknown && ConnectionStringShape.Judge(site.Text) == ShapeVerdict.Shared)
            yield break;
        if (HardCodedPasswordRule.Judge(site) is { } password)
            yield return new(Password, password.Start, password.End, site.IsLocal, null, value.Path);
        if (!site.IsOtherClients && TlsOf(site) is { } weak)
            yield return new(Tls, weak.Finding.Start, weak.Finding.End, site.IsLocal, weak.Finding.Replacement, value.Path, weak.Words,
            weak.Finding.Replacement!);

        bool IsWritten(int start, int end) =>
            !PlaceholderValue.Matches(value.Value.Substring(start, end - start), settings.PlaceholderPatterns);
    }

    private static (Finding Finding, string Words)? TlsOf(ConnectionStringSite site)
    {
        if (MissingSslModeRule.Judge(site) is { } missing)
            return (missing, "the connection string has no SslMode");
        if (UnencryptedSslModeRule.Judge(site) is { } clear)
            return (clear, $"SslMode {clear.Words[0]} allows an unencrypted connection");
        return UnverifiedSslModeRule.Judge(site) is { } unverified ? (unverified, $"SslMode {unverified.Words[0]} {unverified.Words[1]}")
            : null;
    }

    // The nearest that says anything: its own key, what stands beside the value, then the keys that lead to it.
    private static Leaning BesideOf(ConfigurationValue value)
    {
        if (DatabaseNames.Of(value.Key) is var own && own != Leaning.Unknown)
            return own;
        foreach (var hint in value.Hints)
        {
            if (DatabaseNames.OfNamespace(hint) is var said && said != Leaning.Unknown)
                return said;
        }

        return DatabaseNames.Of(value.Path);
    }

    // MYSQL_PASSWORD and its like, and a password in a section that names MySQL or beside a provider that does.
    private static bool IsPasswordByKey(ConfigurationValue value)
    {
        var key = value.Key.Substring(value.Key.LastIndexOf('.') + 1);
        if (PasswordNames.IsVariable(key))
            return true;
        return PasswordNames.IsPassword(key) && !TextNames.Tells(value.Scope) && BesideOf(value) == Leaning.MySql
            && !ConnectionStringShape.MayMatter(value.Value);
    }
}
