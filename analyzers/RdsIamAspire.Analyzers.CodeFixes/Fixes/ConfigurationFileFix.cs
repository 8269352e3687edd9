namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>RDSIAM011 and RDSIAM012: the same edits of connection strings, in configuration files.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, LanguageNames.VisualBasic,
    DocumentKinds = new[] { nameof(TextDocumentKind.AdditionalDocument) },
    Name = nameof(ConfigurationFileFix)), Shared]
internal sealed class ConfigurationFileFix : CodeFixProvider
{
    private const string RemovePassword = "Remove the password from the configuration file";
    private const string SetSslMode = "Set an SslMode that verifies the server";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create(Descriptors.FilePassword.Id, Descriptors.FileTls.Id);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => new AllFiles();

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var source = await context.TextDocument.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            if (Edit(source, context.TextDocument.FilePath ?? context.TextDocument.Name, diagnostic) is null)
                continue;
            var title = Title(diagnostic);
            context.RegisterCodeFix(CodeAction.Create(title, cancellationToken => ApplyAsync(context.TextDocument.Project.Solution,
                context.TextDocument, [diagnostic], cancellationToken), equivalenceKey: title), diagnostic);
        }
    }

    private static string Title(Diagnostic diagnostic) => diagnostic.Id == Descriptors.FilePassword.Id ? RemovePassword : SetSslMode;

    private static async Task<Solution> ApplyAsync(Solution solution, TextDocument document, IEnumerable<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var source = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var changes = diagnostics.SelectMany(diagnostic => Edit(source, document.FilePath ?? document.Name, diagnostic) ?? []);
        return solution.WithAdditionalDocumentText(document.Id, source.WithChanges(SourceFix.Disjoint(changes)));
    }

    private static TextChange[]? Edit(SourceText source, string path, Diagnostic diagnostic)
    {
        var span = diagnostic.Location.SourceSpan;
        foreach (var value in ConfigurationFile.Read(path, source.ToString()))
        {
            // What is encoded, and what a program is given on its command line, a person changes.
            if (value.IsEncoded || value.IsSecret || !value.SpanOf(0, value.Value.Length).Contains(span))
                continue;
            var text = ConnectionStringText.Parse(value.Value);
            foreach (var pair in text.Pairs.Where(pair => value.SpanOf(pair.Start, pair.End) == span))
            {
                return diagnostic.Id == Descriptors.FilePassword.Id ? [Cut(value, PairRange.Of(value.Value, pair))]
                    : Mode(value, text, pair, diagnostic);
            }

            if (diagnostic.Id != Descriptors.FilePassword.Id)
                continue;
            // A URI keeps its user; a variable of its own goes with its line or its comma.
            if (UriPassword.Find(value.Value) is { } range && value.SpanOf(range.Start, range.End) == span)
                return [Cut(value, UriPassword.Removal(value.Value, range))];
            if (value.SpanOf(0, value.Value.Length) == span)
                return [NodeRemoval.Cut(WithSeparator(source, value.Whole))];
        }

        return null;
    }

    private static TextChange Cut(ConfigurationValue value, (int Start, int End) range) =>
        NodeRemoval.Cut(value.SpanOf(range.Start, range.End));

    private static TextChange[] Mode(ConfigurationValue value, ConnectionStringText text, ConnectionStringPair pair, Diagnostic diagnostic)
    {
        var mode = diagnostic.Properties.TryGetValue(FixKinds.Replacement, out var replacement) && replacement is not null ? replacement
            : nameof(TlsMode.VerifyFull);
        if (text.Find(MySqlKey.SslMode) is { } existing)
            return [new TextChange(value.SpanOf(existing.ValueStart, existing.ValueEnd), mode)];
        var hasSemicolon = pair.End > pair.ValueEnd && value.Value[pair.End - 1] == ';';
        var at = value.SpanOf(hasSemicolon ? pair.End : pair.ValueEnd, hasSemicolon ? pair.End : pair.ValueEnd);
        return [new TextChange(at, hasSemicolon ? $"SslMode={mode};" : $";SslMode={mode}")];
    }

    // A JSON property takes the comma behind it, or the one before when it is the last; a line stands for itself.
    private static TextSpan WithSeparator(SourceText source, TextSpan whole)
    {
        var end = whole.End;
        if (end > whole.Start && source[end - 1] == '\n')
            return whole;
        while (end < source.Length && source[end] is ' ' or '\t')
            end++;
        var start = whole.Start;
        if (end < source.Length && source[end] == ',')
        {
            end++;
            while (end < source.Length && source[end] is ' ' or '\t' or '\r')
                end++;
            // The whole line, when the property has it for itself.
            var line = source.Lines.GetLineFromPosition(start);
            if (string.IsNullOrWhiteSpace(source.ToString(TextSpan.FromBounds(line.Start, start))) && end < source.Length
                && source[end] == '\n')
                return TextSpan.FromBounds(line.Start, end + 1);
            return TextSpan.FromBounds(start, end);
        }

        var before = start;
        while (before > 0 && char.IsWhiteSpace(source[before - 1]))
            before--;
        return before > 0 && source[before - 1] == ',' ? TextSpan.FromBounds(before - 1, whole.End) : TextSpan.FromBounds(start, whole.End);
    }

    private sealed class AllFiles : FixAllProvider
    {
        public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
        {
            var solution = fixAllContext.Solution;
            var projects = fixAllContext.Scope == FixAllScope.Solution ? solution.Projects : new[] { fixAllContext.Project };
            foreach (var project in projects)
            {
                var diagnostics = await fixAllContext.GetAllDiagnosticsAsync(project).ConfigureAwait(false);
                foreach (var file in diagnostics.Where(each => Title(each) == fixAllContext.CodeActionEquivalenceKey)
                    .GroupBy(each => each.Location.GetLineSpan().Path))
                {
                    if (project.AdditionalDocuments.FirstOrDefault(each => each.FilePath == file.Key) is { } document)
                        solution = await ApplyAsync(solution, document, file, fixAllContext.CancellationToken).ConfigureAwait(false);
                }
            }

            return CodeAction.Create(fixAllContext.CodeActionEquivalenceKey
                ?? RemovePassword, _ => Task.FromResult(solution), fixAllContext.CodeActionEquivalenceKey);
        }
    }
}
