using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using RdsIamAspire.Analyzers.ConnectionStrings;
using RdsIamAspire.Analyzers.Files;
using RdsIamAspire.Analyzers.Origins;
using RdsIamAspire.Analyzers.Settings;

namespace RdsIamAspire.Analyzers.Rules;

/// <summary>
/// RDSIAM011 and RDSIAM012: passwords and weak TLS in appsettings*.json, launchSettings.json, .env, compose files, web.config and app.config,
/// judged by the same rules as strings in the source. The package's targets hand these files to the compiler.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class ConfigurationFileAnalyzer : DiagnosticAnalyzer
{
    internal const string PasswordId = "RDSIAM011";
    internal const string TlsId = "RDSIAM012";

    internal static readonly DiagnosticDescriptor Password = new(
        PasswordId,
        RuleTexts.Get("RDSIAM011_Title"),
        RuleTexts.Get("RDSIAM011_Message"),
        RuleTexts.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        RuleTexts.Get("RDSIAM011_Description"),
        RuleTexts.Page(PasswordId));

    internal static readonly DiagnosticDescriptor Tls = new(
        TlsId,
        RuleTexts.Get("RDSIAM012_Title"),
        RuleTexts.Get("RDSIAM012_Message"),
        RuleTexts.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        RuleTexts.Get("RDSIAM012_Description"),
        RuleTexts.Page(TlsId));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Password, Tls);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var drivers = CompilationDrivers.Of(start.Compilation);
            var settings = new SettingsPerTree(start.Options.AnalyzerConfigOptionsProvider);
            start.RegisterAdditionalFileAction(file => Judge(file, drivers, settings));
        });
    }

    private static void Judge(AdditionalFileAnalysisContext context, CompilationDrivers drivers, SettingsPerTree allSettings)
    {
        var settings = allSettings.Of(context.AdditionalFile);
        if (settings.IsExcluded(context.AdditionalFile.Path) || context.AdditionalFile.GetText(context.CancellationToken) is not { } source)
            return;
        foreach (var value in ConfigurationFile.Read(context.AdditionalFile.Path, source.ToString()))
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (IsPasswordByKey(value) && !PlaceholderValue.Matches(value.Value, settings.PlaceholderPatterns))
            {
                context.ReportDiagnostic(Diagnostic.Create(Password, At(value.SpanOf(0, value.Value.Length)), value.Path));
                continue;
            }

            if (UriPassword.Find(value.Value) is { } range && !PlaceholderValue.Matches(value.Value.Substring(range.Start, range.End - range.Start), settings.PlaceholderPatterns))
            {
                context.ReportDiagnostic(Diagnostic.Create(Password, At(value.SpanOf(range.Start, range.End)), value.Path));
                continue;
            }

            if (SiteIn(value, drivers, settings) is not { } site)
                continue;
            if (HardCodedPasswordRule.Judge(site) is { } password)
                Report(Password, site, password, password.Start, password.End, value.Path);
            if (site.IsOtherClients)
                continue;
            if (MissingSslModeRule.Judge(site) is { } missing)
                Report(Tls, site, missing, missing.Start, missing.End, value.Path, "the connection string has no SslMode", missing.Replacement!);
            else if (UnencryptedSslModeRule.Judge(site) is { } clear)
                Report(Tls, site, clear, clear.Start, clear.End, value.Path, $"SslMode {clear.Words[0]} allows an unencrypted connection", clear.Replacement!);
            else if (UnverifiedSslModeRule.Judge(site) is { } unverified)
                Report(Tls, site, unverified, unverified.Start, unverified.End, value.Path, $"SslMode {unverified.Words[0]} {unverified.Words[1]}", unverified.Replacement!);

            void Report(DiagnosticDescriptor rule, ConnectionStringSite found, Finding finding, int start, int end, params object[] words)
            {
                var named = new Finding(start, end, words) { Replacement = finding.Replacement };
                if (SiteReport.Create(rule, At(value.SpanOf(start, end)), found, named) is { } diagnostic)
                    context.ReportDiagnostic(diagnostic);
            }
        }

        Location At(TextSpan span) => Location.Create(context.AdditionalFile.Path, span, source.Lines.GetLinePositionSpan(span));
    }

    /// <summary>The MySQL connection string that a value of a file is, or null. The code fix asks again.</summary>
    internal static ConnectionStringSite? SiteIn(ConfigurationValue value, CompilationDrivers drivers, AnalyzerSettings settings)
    {
        if (!ConnectionStringShape.MayMatter(value.Value))
            return null;
        var text = ConnectionStringText.Parse(value.Value);
        if (ConnectionStringShape.IsOdbcOfMySql(text))
            return new ConnectionStringSite(text, settings, isSink: false, MySqlDrivers.None, setsTlsElsewhere: false) { IsOtherClients = true };
        var verdict = ConnectionStringShape.Judge(text);
        if (verdict == ShapeVerdict.NotMySql)
            return null;
        var leaning = DatabaseNames.OfNamespace(value.Hint);
        if (leaning == Leaning.Unknown)
            leaning = DatabaseNames.Of(value.Path);
        if (leaning == Leaning.Unknown && verdict == ShapeVerdict.Shared && !ConnectionStringShape.HasUserOfSqlServer(text))
            leaning = drivers.Leaning;
        if (leaning == Leaning.Other || leaning == Leaning.Unknown && verdict == ShapeVerdict.Shared && ConnectionStringShape.IsOthersIdiom(text))
            return null;
        return new ConnectionStringSite(text, settings, isSink: false, MySqlDrivers.None, setsTlsElsewhere: false) { IsGuess = leaning == Leaning.Unknown && verdict == ShapeVerdict.Shared };
    }

    // MYSQL_PASSWORD and its like, and a Password below a section that names MySQL.
    private static bool IsPasswordByKey(ConfigurationValue value)
    {
        var key = value.Key;
        if (PasswordThroughApiAnalyzer.IsEnvironmentPassword(key))
            return true;
        return value.Path.Length > key.Length
            && key.ToLowerInvariant() is "password" or "pwd"
            && DatabaseNames.Of(value.Path.Substring(0, value.Path.Length - key.Length)) == Leaning.MySql;
    }
}
