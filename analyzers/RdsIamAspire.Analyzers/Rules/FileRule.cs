namespace RdsIamAspire.Analyzers.Rules;

/// <summary>What a rule found in a value of a configuration file.</summary>
internal readonly record struct FileFinding(DiagnosticDescriptor Rule, Finding Finding, bool IsLocal);

/// <summary>RDSIAM011 and RDSIAM012: a value of a configuration file, judged by the same rules as a string of the source.</summary>
internal static class FileRule
{
    public static IEnumerable<FileFinding> Judge(ConfigurationValue value, CompilationDrivers drivers, AnalyzerSettings settings)
    {
        if (value.IsSecret || IsPasswordByKey(value))
        {
            if (IsWritten(0, value.Value.Length))
                yield return new(Descriptors.FilePassword, new(0, value.Value.Length, null, value.Path), IsLocal: false);
            yield break;
        }

        if (UriPassword.Find(value.Value) is { } range)
        {
            if (IsWritten(range.Start, range.End))
                yield return new(Descriptors.FilePassword, new(range.Start, range.End, null, value.Path),
                    ConnectionStringShape.IsLocalHost(UriPassword.HostOf(value.Value)));
            yield break;
        }

        if (Sites.Of(value.Value, BesideOf(value), drivers, settings) is not { } site
            || value.IsLoose && BesideOf(value) == Leaning.Unknown && ConnectionStringShape.Judge(site.Text) == ShapeVerdict.Shared)
            yield break;
        if (HardCodedPasswordRule.Judge(site) is { } password)
            yield return new(Descriptors.FilePassword, password with { Words = [value.Path] }, site.IsLocal);
        if (!site.IsOtherClients && TlsOf(site) is { } weak)
        {
            var finding = weak.Finding with { Words = [value.Path, weak.Words, weak.Finding.Replacement!] };
            yield return new(Descriptors.FileTls, finding, site.IsLocal);
        }

        bool IsWritten(int start, int end) =>
            !settings.IsPlaceholder(value.Value.Substring(start, end - start));
    }

    private static (Finding Finding, string Words)? TlsOf(ConnectionStringSite site)
    {
        if (MissingSslModeRule.Judge(site) is { } missing)
            return (missing, "the connection string has no SslMode");
        return WeakSslModeRule.Judge(site) is not { } weak ? null
            : (weak.Finding, $"SslMode {weak.Finding.Words[0]} " + (weak.Rule == Descriptors.Unencrypted
                ? "allows an unencrypted connection" : weak.Finding.Words[1]));
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
        return PasswordNames.IsVariable(key)
            || PasswordNames.IsPassword(key) && !TextNames.Tells(value.Scope) && BesideOf(value) == Leaning.MySql
                && !ConnectionStringShape.MayMatter(value.Value);
    }
}
