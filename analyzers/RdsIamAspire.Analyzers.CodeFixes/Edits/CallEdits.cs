namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>Edits of fluent calls: added, removed, and moved to where the value is made or used.</summary>
internal static class CallEdits
{
    public static IReadOnlyList<TextChange>? Add(SourceFixContext context, string added) =>
        CallAt(context) is { } call ? [new(new TextSpan(call.Span.End, 0), added)] : null;

    public static IReadOnlyList<TextChange>? Remove(SourceFixContext context) =>
        CallAt(context) is { } call && NodeRemoval.Call(call, context.Source).ToArray() is { Length: > 0 } changes ? changes : null;

    // builder.UseRdsIamAuth(); var data = builder.Build(); becomes var data = builder.UseRdsIamAuth().Build();
    public static IReadOnlyList<TextChange>? BuildFromResult(SourceFixContext context)
    {
        if (context.NodeAt(context.Span) is not InvocationExpressionSyntax call
            || call.Expression is not MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax builder }
            || call.Parent is not ExpressionStatementSyntax { Parent: BlockSyntax block } statement
            || context.Model.GetSymbolInfo(builder, context.CancellationToken).Symbol is not { } variable)
            return null;
        var builds = block.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Where(access => access.SpanStart > statement.Span.End && access.Name.Identifier.ValueText is "Build" or "BuildAsync"
                && access.Expression is IdentifierNameSyntax built && Is(built, variable, context))
            .ToArray();
        return builds.Length == 1 ? Move(call, statement, builds[0].Expression.Span.End, context) : null;
    }

    // var db = builder.AddMySql("db"); api.WithReference(db); db.WithRdsIamAuth(); is called where db is made.
    public static IReadOnlyList<TextChange>? MoveIamAuth(SourceFixContext context)
    {
        if (context.NodeAt(context.Span) is not IdentifierNameSyntax resource
            || context.Model.GetSymbolInfo(resource, context.CancellationToken)
            .Symbol is not ILocalSymbol { DeclaringSyntaxReferences: { Length: 1 } references } local
            || references[0].GetSyntax(context.CancellationToken) is not VariableDeclaratorSyntax { Initializer.Value: { } made })
            return null;
        foreach (var call in context.Root.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (call.Expression is MemberAccessExpressionSyntax
                {
                    Name.Identifier.ValueText: "WithRdsIamAuth",
                    Expression: IdentifierNameSyntax owner,
                }
                && call.Parent is ExpressionStatementSyntax statement && call.SpanStart > context.Span.End
                && Is(owner, local, context))
                return Move(call, statement, made.Span.End, context);
        }

        return null;
    }

    private static bool Is(IdentifierNameSyntax name, ISymbol symbol, SourceFixContext context) =>
        name.Identifier.ValueText == symbol.Name
        && SymbolEqualityComparer.Default.Equals(context.Model.GetSymbolInfo(name, context.CancellationToken).Symbol, symbol);

    private static TextChange[] Move(InvocationExpressionSyntax call, StatementSyntax statement, int behind, SourceFixContext context) =>
    [
        NodeRemoval.Statement(statement, context.Source),
        new(new TextSpan(behind, 0), $".{((MemberAccessExpressionSyntax)call.Expression).Name}{call.ArgumentList}"),
    ];

    private static InvocationExpressionSyntax? CallAt(SourceFixContext context) =>
        context.NodeAt(context.Span).FirstAncestorOrSelf<InvocationExpressionSyntax>();
}
