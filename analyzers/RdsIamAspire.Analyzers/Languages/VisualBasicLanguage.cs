namespace RdsIamAspire.Analyzers.Languages;

/// <summary>Visual Basic, by its tokens and operations alone: the engine refers to no compiler of it.</summary>
internal sealed class VisualBasicLanguage : SourceLanguage
{
    private const string InterpolatedStart = "$\"";

    public static readonly SourceLanguage Instance = new VisualBasicLanguage();

    public override bool IsString(SyntaxToken token) =>
        token.Value is string && token.Text.Length > 0 && (token.Text[0] == '"' || IsInterpolatedText(token));

    // What is part of what is known by the operations only.
    public override SyntaxNode Top(SyntaxNode piece) => piece;

    public override SyntaxNode? SumOf(SyntaxToken plus) => plus.Parent;

    public override string StartOf(SyntaxNode piece)
    {
        var token = piece.GetFirstToken();
        return (token.Text == InterpolatedStart ? token.GetNextToken() : token).Value as string ?? "";
    }

    public override SyntaxToken? PlainLiteral(SyntaxNode piece) =>
        piece.GetFirstToken() is var token && token == piece.GetLastToken() && IsString(token) ? token : null;

    // "a""b", and the texts of $"a{{b}}""c"
    public override int[]? Offsets(SyntaxToken token)
    {
        var isText = IsInterpolatedText(token);
        if (!isText && token.Text.Length < 2)
            return null;
        var offsets = new List<int>();
        for (var i = isText ? 0 : 1; i < token.Text.Length - (isText ? 0 : 1); i++)
        {
            offsets.Add(token.SpanStart + i);
            if (i + 1 < token.Text.Length && token.Text[i + 1] == token.Text[i]
                && (token.Text[i] == '"' || isText && token.Text[i] is '{' or '}'))
                i++;
        }

        offsets.Add(token.Span.End - (isText ? 0 : 1));
        return offsets.Count == token.ValueText.Length + 1 ? [.. offsets] : null;
    }

    public override IOperation? Reference(SyntaxNode name, Func<SyntaxNode, IOperation?> operationAt) => Around(name, 1, operationAt,
        static operation => operation is not (IInstanceReferenceOperation or { Kind: OperationKind.None }));

    public override IOperation? Named(SyntaxNode name, Func<SyntaxNode, IOperation?> operationAt) =>
        Around(name, 2, operationAt, static operation => operation is IInvocationOperation or IInvalidOperation)
        ?? Reference(name, operationAt);

    public override bool IsCreation(SyntaxNode node) => node.GetFirstToken().Text.Is("New");

    public override bool IsCollection(SyntaxNode node) => false;

    public override bool IsIndexer(SyntaxNode node) => false;

    public override bool IsCall(SyntaxNode node, out SyntaxNode? callee)
    {
        callee = node.ChildNodes().FirstOrDefault();
        return true;
    }

    public override string LastName(SyntaxNode callee) => callee.GetLastToken().ValueText;

    public override string? MemberName(SyntaxNode node) => node.GetLastToken().ValueText;

    // name:="value"
    public override string? ArgumentName(SyntaxNode value) =>
        value.Parent?.ChildNodes().FirstOrDefault() is { } first && first != value && first.GetLastToken().Text == ":="
            ? first.GetFirstToken().ValueText : null;

    public override string? ReceiverName(SyntaxNode call)
    {
        var name = call.ChildNodes().FirstOrDefault()?.ToString() ?? "";
        return name.LastIndexOf('.') is var dot && dot > 0 && name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '.')
            ? name.Substring(0, dot) : null;
    }

    // The outermost node that begins and ends within the lines of a statement: the child of a block.
    public override SyntaxNode? StatementOf(SyntaxNode node)
    {
        var current = node;
        while (current.Parent is { Parent: not null } parent && parent.GetFirstToken().GetLocation().GetLineSpan().StartLinePosition.Line
            == current.GetFirstToken().GetLocation().GetLineSpan().StartLinePosition.Line)
            current = parent;
        return current;
    }

    public override TextSpan NameOf(SyntaxNode call, bool nameOnly)
    {
        var callee = call.ChildNodes().FirstOrDefault() ?? call;
        var name = callee.GetLastToken();
        return nameOnly ? name.Span : TextSpan.FromBounds(name.SpanStart, call.Span.End);
    }

    public override TextSpan HeadOf(SyntaxNode creation) => creation.ChildNodes().FirstOrDefault()?.Span ?? creation.Span;

    // A method is declared by its first line alone.
    public override TextSpan ScopeOf(SyntaxNode declaration) => declaration.Parent?.Span ?? declaration.Span;

    public override IEnumerable<string> Imports(SyntaxNode root) =>
        root.ChildNodes().Where(static child => child.GetFirstToken().Text.Is("Imports")).Select(static child => child.ToString());

    private static bool IsInterpolatedText(SyntaxToken token) =>
        token.Parent?.Parent is { } whole && whole.GetFirstToken().Text == InterpolatedStart && token.Parent.GetLastToken() == token
        && token != whole.GetFirstToken() && token.Value is string;

    private static IOperation? Around(SyntaxNode node, int parents, Func<SyntaxNode, IOperation?> operationAt, Func<IOperation, bool> isIt)
    {
        for (var i = 0; i <= parents && node is not null; i++, node = node.Parent!)
        {
            if (operationAt(node) is { } operation && isIt(operation))
                return operation;
        }

        return null;
    }
}
