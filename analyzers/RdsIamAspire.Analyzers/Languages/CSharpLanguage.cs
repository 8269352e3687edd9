using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace RdsIamAspire.Analyzers.Languages;

/// <summary>C#, by its syntax.</summary>
internal sealed class CSharpLanguage : SourceLanguage
{
    public override bool IsString(SyntaxToken token) => token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.Utf8StringLiteralToken
        or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.Utf8SingleLineRawStringLiteralToken
        or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8MultiLineRawStringLiteralToken
        or SyntaxKind.InterpolatedStringTextToken;

    public override SyntaxNode Top(SyntaxNode piece)
    {
        if (piece is InterpolatedStringTextSyntax)
            piece = piece.Parent!;
        while (true)
        {
            switch (piece.Parent)
            {
                case ParenthesizedExpressionSyntax:
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }:
                    piece = piece.Parent;
                    break;
                case InterpolationSyntax { Parent: InterpolatedStringExpressionSyntax interpolated }:
                    piece = interpolated;
                    break;
                default:
                    while (piece is ParenthesizedExpressionSyntax parenthesized)
                        piece = parenthesized.Expression;
                    return piece;
            }
        }
    }

    public override SyntaxNode? SumOf(SyntaxToken plus) => plus.Parent is BinaryExpressionSyntax sum ? Top(sum) : null;

    public override string StartOf(SyntaxNode piece)
    {
        var token = piece.GetFirstToken();
        if (piece is InterpolatedStringExpressionSyntax { Contents: { Count: > 0 } contents }
            && contents[0] is InterpolatedStringTextSyntax text)
            token = text.TextToken;
        else if (token.IsKind(SyntaxKind.InterpolatedStringStartToken) && token.GetNextToken() is var next
            && next.IsKind(SyntaxKind.InterpolatedStringTextToken))
            token = next;
        return token.Value as string ?? "";
    }

    public override SyntaxToken? PlainLiteral(SyntaxNode piece) => piece is LiteralExpressionSyntax literal ? literal.Token : null;

    public override int[]? Offsets(SyntaxToken token) => LiteralOffsets.Of(token);

    public override IOperation? Reference(SyntaxNode name, Func<SyntaxNode, IOperation?> operationAt)
    {
        switch (name)
        {
            case SingleVariableDesignationSyntax: return operationAt(name);
            // this.x, other.x, other?.x: the access is the reference.
            case SimpleNameSyntax:
                name = Accessed(name);
                // A member that does not resolve has several operations, of which the outermost is its use.
                var found = operationAt(name);
                while (found is IInstanceReferenceOperation or { Kind: OperationKind.None } && found.Parent is { } around
                    && around.Syntax == name)
                    found = around;
                return found;
            default: return null;
        }
    }

    public override IOperation? Named(SyntaxNode name, Func<SyntaxNode, IOperation?> operationAt)
    {
        if (name is not SimpleNameSyntax)
            return null;
        name = Accessed(name);
        return operationAt(name.Parent is InvocationExpressionSyntax call && call.Expression == name ? call : name);
    }

    public override bool IsCreation(SyntaxNode node) => node is BaseObjectCreationExpressionSyntax;

    public override bool IsCollection(SyntaxNode node) => node is CollectionExpressionSyntax;

    public override bool IsIndexer(SyntaxNode node) => node is ElementAccessExpressionSyntax or ImplicitElementAccessSyntax;

    public override bool IsCall(SyntaxNode node, out SyntaxNode? callee)
    {
        callee = node switch
        {
            ObjectCreationExpressionSyntax created => created.Type,
            InvocationExpressionSyntax call => call.Expression,
            _ => null,
        };
        return callee is not null
            || node is ImplicitObjectCreationExpressionSyntax or ConstructorInitializerSyntax or PrimaryConstructorBaseTypeSyntax;
    }

    public override string LastName(SyntaxNode callee) => callee switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        _ => callee.GetLastToken().ValueText,
    };

    public override string? MemberName(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        _ => null,
    };

    public override string? ArgumentName(SyntaxNode value) => (value.Parent as ArgumentSyntax)?.NameColon?.Name.Identifier.ValueText;

    public override string? ReceiverName(SyntaxNode call) =>
        call is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access }
        && access.Expression is IdentifierNameSyntax or MemberAccessExpressionSyntax ? access.Expression.ToString() : null;

    public override SyntaxNode? StatementOf(SyntaxNode node) => node.FirstAncestorOrSelf<StatementSyntax>();

    public override TextSpan NameOf(SyntaxNode call, bool nameOnly) =>
        call is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: var name } } ? call.Span
        : nameOnly ? name.Span : TextSpan.FromBounds(name.SpanStart, call.Span.End);

    public override TextSpan HeadOf(SyntaxNode creation) =>
        creation is ObjectCreationExpressionSyntax named ? named.Type.Span : creation.GetFirstToken().Span;

    public override TextSpan ScopeOf(SyntaxNode declaration) => declaration.Span;

    public override IEnumerable<string> Imports(SyntaxNode root) => Imports(root, 0);

    // Those of the namespaces of a file included.
    private static IEnumerable<string> Imports(SyntaxNode node, int depth)
    {
        foreach (var child in node.ChildNodes())
        {
            if (child is UsingDirectiveSyntax { Name: { } name })
                yield return name.ToString();
            if (child is not BaseNamespaceDeclarationSyntax || depth >= 2)
                continue;
            foreach (var inner in Imports(child, depth + 1))
                yield return inner;
        }
    }

    private static SyntaxNode Accessed(SyntaxNode name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name || name.Parent is MemberBindingExpressionSyntax
            ? name.Parent : name;
}
