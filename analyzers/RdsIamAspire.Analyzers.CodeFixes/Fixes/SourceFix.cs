namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>What a fix of the source is given.</summary>
internal sealed record SourceFixContext(SyntaxNode Root, SemanticModel Model, SourceText Source, Diagnostic Diagnostic,
    CancellationToken CancellationToken)
{
    public TextSpan Span => Diagnostic.Location.SourceSpan;

    /// <summary>The innermost node of a span.</summary>
    public SyntaxNode NodeAt(TextSpan span) => Root.FindNode(span, getInnermostNodeForTie: true);

    public SourceFile File => SourceFile.Of(Model, CancellationToken);

    /// <summary>What kind of code the diagnostic stands on, where it is no string.</summary>
    public string? Kind => Property(FixKinds.Kind);

    /// <summary>What the rule would have put in.</summary>
    public string? Replacement => Property(FixKinds.Replacement);

    private string? Property(string key) => Diagnostic.Properties.TryGetValue(key, out var value) ? value : null;
}

/// <summary>One thing that a fix offers to do, and the rules that it does it for.</summary>
internal sealed record SourceFixChoice(string Title, Func<SourceFixContext, IReadOnlyList<TextChange>?> Edit, params string[] Rules)
{
    public IReadOnlyList<TextChange>? For(SourceFixContext? context) =>
        context is not null && Array.IndexOf(Rules, context.Diagnostic.Id) >= 0 ? Edit(context) : null;
}

/// <summary>A fix that changes characters of the source, one diagnostic at a time or all of them in a document, project or
/// solution.</summary>
internal abstract class SourceFix : CodeFixProvider
{
    private protected abstract SourceFixChoice[] Choices { get; }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds =>
        Choices.SelectMany(static choice => choice.Rules).Distinct().ToImmutableArray();

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create((context, document, diagnostics) =>
        ApplyAsync(document, diagnostics, diagnostic => OfAll(diagnostic.Id, context.CodeActionEquivalenceKey),
            context.CancellationToken)!);

    // dotnet format names what it takes from whichever diagnostic is the first of a file, which may be another rule's.
    private SourceFixChoice[] OfAll(string rule, string? title)
    {
        var own = Choices.Where(choice => Array.IndexOf(choice.Rules, rule) >= 0).ToArray();
        return Array.FindAll(own, choice => choice.Title == title) is { Length: > 0 } named ? named : own;
    }

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            var fix = await ContextAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false);
            foreach (var choice in Choices)
            {
                if (choice.For(fix) is null)
                    continue;
                context.RegisterCodeFix(
                    CodeAction.Create(choice.Title, cancellationToken =>
                        ApplyAsync(context.Document, [diagnostic], _ => [choice], cancellationToken), equivalenceKey: choice.Title),
                    diagnostic);
            }
        }
    }

    private static async Task<Document> ApplyAsync(Document document, IEnumerable<Diagnostic> diagnostics,
        Func<Diagnostic, SourceFixChoice[]> choices, CancellationToken cancellationToken)
    {
        var source = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var changes = new List<TextChange>();
        foreach (var diagnostic in diagnostics.OrderBy(each => each.Location.SourceSpan.Start))
        {
            var context = await ContextAsync(document, diagnostic, cancellationToken).ConfigureAwait(false);
            changes.AddRange(choices(diagnostic).Select(choice => choice.For(context)).FirstOrDefault(static edit => edit is not null)
                ?? []);
        }

        return document.WithText(source.WithChanges(Disjoint(changes)));
    }

    // Two diagnostics may ask for the same change: the first has it.
    internal static IEnumerable<TextChange> Disjoint(IEnumerable<TextChange> changes)
    {
        var end = -1;
        foreach (var change in changes.OrderBy(each => each.Span.Start).ThenByDescending(each => each.Span.Length))
        {
            if (change.Span.Start < end || change.Span.Start == end && change.Span.Length == 0 && end == 0)
                continue;
            end = Math.Max(end, change.Span.End);
            yield return change;
        }
    }

    private static async Task<SourceFixContext?> ContextAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        var source = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        return root is null || model is null ? null : new SourceFixContext(root, model, source, diagnostic, cancellationToken);
    }
}
