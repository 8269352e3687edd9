using System.Runtime.CompilerServices;

namespace RdsIamAspire.Analyzers.Sources;

/// <summary>A file of source with all that is asked about it, each found once: its names, the flow of its values, its strings.</summary>
internal sealed class SourceFile
{
    private Leaning? _directives;
    private (bool NamesAnother, bool SpeaksOfTls)? _words;

    public SourceFile(SemanticModel model, string text, CompilationDrivers drivers, AnalyzerSettings settings,
        CancellationToken cancellationToken)
    {
        Model = model;
        Language = SourceLanguage.Of(model.Language);
        Text = text;
        Drivers = drivers;
        Settings = settings;
        CancellationToken = cancellationToken;
        Root = model.SyntaxTree.GetRoot(cancellationToken);
        Names = new NameIndex(text, ignoreCase: !IsCSharp);
        Flow = new ValueFlow(model, Root, Names, cancellationToken);
        Known = new KnownValues(Flow);
        Strings = new StringValues(Flow, Known);
    }

    public SemanticModel Model { get; }

    public SyntaxNode Root { get; }

    public string Text { get; }

    public NameIndex Names { get; }

    public ValueFlow Flow { get; }

    public KnownValues Known { get; }

    public StringValues Strings { get; }

    public CompilationDrivers Drivers { get; }

    public AnalyzerSettings Settings { get; }

    public CancellationToken CancellationToken { get; }

    public SourceLanguage Language { get; }

    public bool IsCSharp => Model.Language == LanguageNames.CSharp;

    /// <summary>What the file's using directives say.</summary>
    public Leaning Directives => _directives ??= Surroundings.OfDirectives(Language.Imports(Root));

    /// <summary>A word of the file names a database that is not MySQL, or could.</summary>
    public bool NamesAnotherDatabase => (_words ??= ReadWords()).NamesAnother;

    /// <summary>A word of the file speaks of TLS or of IAM, which brings it.</summary>
    public bool SpeaksOfTls => (_words ??= ReadWords()).SpeaksOfTls;

    private (bool NamesAnother, bool SpeaksOfTls) ReadWords()
    {
        var (another, tls) = (false, false);
        foreach (var word in Names.Distinct())
        {
            another |= DatabaseNames.Of(word) == Leaning.Other
                || word.EndsWith("Connection", StringComparison.Ordinal) && word is not ("MySqlConnection" or "DbConnection")
                && Text.IndexOf("new " + word, StringComparison.Ordinal) >= 0;
            tls |= word.IndexOf("ssl", StringComparison.OrdinalIgnoreCase) >= 0 || word == "UseRdsIamAuth";
        }

        return (another, tls);
    }

    private static readonly ConditionalWeakTable<SemanticModel, SourceFile> ForFixes = new();

    /// <summary>The file as a code fix sees it: one for each model, with the default settings.</summary>
    public static SourceFile Of(SemanticModel model, CancellationToken cancellationToken) =>
        ForFixes.TryGetValue(model, out var known) && !known.CancellationToken.IsCancellationRequested
            ? known
            : Keep(model, new(model, model.SyntaxTree.GetText(cancellationToken)
            .ToString(), CompilationDrivers.Of(model.Compilation), AnalyzerSettings.Default, cancellationToken));

    private static SourceFile Keep(SemanticModel model, SourceFile file)
    {
        ForFixes.Remove(model);
        return ForFixes.GetValue(model, _ => file);
    }

    /// <summary>The operation of an expression, the sum or interpolated string around it included.</summary>
    public IOperation? OperationOf(SyntaxNode node) => Flow.OperationAt(node);
}
