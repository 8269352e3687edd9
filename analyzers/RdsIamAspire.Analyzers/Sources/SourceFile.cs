using System.Runtime.CompilerServices;

namespace RdsIamAspire.Analyzers.Sources;

/// <summary>A file of source with all that is asked about it, each found once: its names, the flow of its values, its strings.</summary>
internal sealed class SourceFile(SemanticModel model, string text, CompilationDrivers drivers, AnalyzerSettings settings,
    CancellationToken cancellationToken)
{
    private static readonly ConditionalWeakTable<SemanticModel, SourceFile> ForFixes = new();

    private ValueFlow? _flow;
    private KnownValues? _known;
    private StringValues? _strings;
    private Leaning? _directives;
    private (bool NamesAnother, bool SpeaksOfTls)? _words;

    public SemanticModel Model => model;

    public SyntaxNode Root { get; } = model.SyntaxTree.GetRoot(cancellationToken);

    public string Text => text;

    public NameIndex Names { get; } = new(text, ignoreCase: model.Language != LanguageNames.CSharp);

    public ValueFlow Flow => _flow ??= new(this);

    public KnownValues Known => _known ??= new(Flow);

    public StringValues Strings => _strings ??= new(Flow, Known);

    public CompilationDrivers Drivers => drivers;

    public AnalyzerSettings Settings => settings;

    public CancellationToken CancellationToken => cancellationToken;

    public SourceLanguage Language { get; } = SourceLanguage.Of(model.Language);

    public bool IsCSharp => model.Language == LanguageNames.CSharp;

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
            tls |= word.Has("ssl") || word == "UseRdsIamAuth";
        }

        return (another, tls);
    }

    /// <summary>The file as a code fix sees it: one for each model, with the default settings.</summary>
    public static SourceFile Of(SemanticModel model, CancellationToken cancellationToken) =>
        ForFixes.TryGetValue(model, out var known) && !known.CancellationToken.IsCancellationRequested
            ? known
            : Keep(model, new(model, model.SyntaxTree.GetText(cancellationToken).ToString(), CompilationDrivers.Of(model.Compilation),
                AnalyzerSettings.Default, cancellationToken));

    private static SourceFile Keep(SemanticModel model, SourceFile file)
    {
        ForFixes.Remove(model);
        return ForFixes.GetValue(model, _ => file);
    }

    /// <summary>The operation of an expression, the sum or interpolated string around it included.</summary>
    public IOperation? OperationOf(SyntaxNode node) => Flow.OperationAt(node);
}
