using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace RdsIamAspire.Analyzers.CodeFixes.Fixes;

/// <summary>What a fix of the source is given.</summary>
internal sealed class SourceFixContext
{
    public SourceFixContext(SyntaxNode root, SemanticModel model, SourceText source, Diagnostic diagnostic,
        CancellationToken cancellationToken)
    {
        Root = root;
        Model = model;
        Source = source;
        Diagnostic = diagnostic;
        CancellationToken = cancellationToken;
    }

    public SyntaxNode Root { get; }

    public SemanticModel Model { get; }

    public SourceText Source { get; }

    public Diagnostic Diagnostic { get; }

    public CancellationToken CancellationToken { get; }

    public TextSpan Span => Diagnostic.Location.SourceSpan;

    public string? Property(string key) => Diagnostic.Properties.TryGetValue(key, out var value) ? value : null;
}

/// <summary>One thing that a fix offers to do.</summary>
internal sealed class SourceFixChoice
{
    public SourceFixChoice(string title, Func<SourceFixContext, IReadOnlyList<TextChange>?> edit)
    {
        Title = title;
        Edit = edit;
    }

    public string Title { get; }

    public Func<SourceFixContext, IReadOnlyList<TextChange>?> Edit { get; }
}

/// <summary>A fix that changes characters of the source, one diagnostic at a time or all of them in a document, project or
/// solution.</summary>
internal abstract class SourceFix : CodeFixProvider
{
    private protected abstract ImmutableArray<SourceFixChoice> Choices { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
    {
        var choice = Choices.FirstOrDefault(each => each.Title == context.CodeActionEquivalenceKey) ?? Choices[0];
        return await ApplyAsync(document, diagnostics, choice, context.CancellationToken).ConfigureAwait(false);
    });

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            var fix = await ContextAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false);
            foreach (var choice in Choices)
            {
                if (fix is null || choice.Edit(fix) is null)
                    continue;
                context.RegisterCodeFix(
                    CodeAction.Create(choice.Title,
                    cancellationToken =>
                    ApplyAsync(context.Document, ImmutableArray.Create(diagnostic), choice, cancellationToken),
                    equivalenceKey: choice.Title),
                    diagnostic);
            }
        }
    }

    private static async Task<Document> ApplyAsync(Document document, ImmutableArray<Diagnostic> diagnostics, SourceFixChoice choice,
        CancellationToken cancellationToken)
    {
        var source = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
        var changes = new List<TextChange>();
        foreach (var diagnostic in diagnostics.OrderBy(each => each.Location.SourceSpan.Start))
        {
            if (await ContextAsync(document, diagnostic, cancellationToken).ConfigureAwait(false) is { } context
                && choice.Edit(context) is { } edit)
                changes.AddRange(edit);
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
