namespace RdsIamAspire.Analyzers.CodeFixes.Edits;

/// <summary>What else has to go, so that a password which is taken out of one place does not stay in another where nobody reports it: the
/// constant or variable that holds it. Where that cannot go, there is no fix.</summary>
internal static class SecretRemoval
{
    /// <summary>The edits beside the one that takes the value out of its place; null when the literal would stay.</summary>
    /// <param name="value">What gives the password.</param>
    /// <param name="removed">The nodes that go, so that a use in one of them does not count.</param>
    /// <param name="context">What the fix is given.</param>
    public static IReadOnlyList<TextChange>? Of(IOperation value, IReadOnlyList<SyntaxNode> removed, SourceFixContext context)
    {
        return Operations.Inner(value) switch
        {
            ILiteralOperation or INameOfOperation or IInterpolatedStringOperation or IInterpolatedStringTextOperation => [],
            IConditionalOperation { WhenFalse: { } otherwise } choice => Both(choice.WhenTrue, otherwise),
            IBinaryOperation sum => Both(sum.LeftOperand, sum.RightOperand),
            ISwitchExpressionOperation choice
                when choice.Arms.All(static arm => Operations.Inner(arm.Value) is ILiteralOperation or IThrowOperation) => [],
            // "…".Trim(), string.Concat("a", "b"): what is written stands in the call.
            IInvocationOperation call when call.DescendantsAndSelf().All(static each => Operations.Symbol(each) is null
                && each is not IInvocationOperation { TargetMethod.DeclaringSyntaxReferences.Length: > 0 }) => [],
            var other => Operations.Symbol(other) is { } symbol ? OfVariable(symbol, removed, context.File, context.Source) : null,
        };

        IReadOnlyList<TextChange>? Both(IOperation first, IOperation second) =>
            Of(first, removed, context) is { } one && Of(second, removed, context) is { } two ? [.. one, .. two] : null;
    }

    /// <summary><c>{p ?? "x1"}</c> becomes <c>{p}</c>: the value from outside stays, the one that is written goes.</summary>
    public static TextChange? Fallback(IOperation value) =>
        Operations.Inner(value) is ICoalesceOperation { Syntax: BinaryExpressionSyntax { Left: var left } syntax }
        ? NodeRemoval.Cut(TextSpan.FromBounds(left.Span.End, syntax.Span.End))
        : null;

    private static List<TextChange>? OfVariable(ISymbol symbol, IReadOnlyList<SyntaxNode> removed, SourceFile file, SourceText source)
    {
        if (symbol is not (ILocalSymbol or IFieldSymbol { DeclaredAccessibility: Accessibility.Private })
            || symbol.DeclaringSyntaxReferences is not { Length: 1 } references
            || references[0].SyntaxTree != file.Root.SyntaxTree || symbol is IFieldSymbol
            && symbol.ContainingType.DeclaringSyntaxReferences.Length > 1
            || references[0].GetSyntax(file.CancellationToken) is not VariableDeclaratorSyntax declarator
            || declarator.Parent is not VariableDeclarationSyntax { Parent: { } holder } declaration)
            return null;
        // A value that is made elsewhere is no literal.
        if (declarator.Initializer is { Value: var initial } && initial is not LiteralExpressionSyntax)
            return null;
        var changes = new List<TextChange>();
        foreach (var reference in file.Flow.References(symbol))
        {
            if (removed.Any(each => each.Span.Contains(reference.Syntax.Span)))
                continue;
            if (reference.Parent is not ISimpleAssignmentOperation
                {
                    Value: var value,
                    Syntax.Parent: ExpressionStatementSyntax statement
                } assignment || assignment.Target != reference
                || Operations.Inner(value) is not ILiteralOperation)
                return null;
            changes.Add(NodeRemoval.Statement(statement, source));
        }

        changes.Add(holder switch
        {
            _ when declaration.Variables.Count > 1 => NodeRemoval.Cut(NodeRemoval.ListItem(declarator, source)),
            StatementSyntax statement => NodeRemoval.Statement(statement, source),
            _ => NodeRemoval.Cut(NodeRemoval.WithLine(holder.Span, source)),
        });
        return changes;
    }
}
