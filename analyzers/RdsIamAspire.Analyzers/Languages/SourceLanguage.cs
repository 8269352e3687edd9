namespace RdsIamAspire.Analyzers.Languages;

/// <summary>What the rules ask of syntax, where operations and symbols do not say it. The one door to a language: the compiler of Visual
/// Basic has no assembly of C# at hand, so nothing else of the engine may name a type of C#.</summary>
internal abstract class SourceLanguage
{
    /// <summary>The language of a tree or operation.</summary>
    public static SourceLanguage Of(string language) => language == LanguageNames.CSharp ? OfCSharp.Instance : VisualBasicLanguage.Instance;

    /// <summary>True for a token that is a string or a run of the text of one.</summary>
    public abstract bool IsString(SyntaxToken token);

    /// <summary>The whole expression that a piece of a string is part of: the sum, the interpolated string.</summary>
    public abstract SyntaxNode Top(SyntaxNode piece);

    /// <summary>The sum that a plus sign stands in, or null.</summary>
    public abstract SyntaxNode? SumOf(SyntaxToken plus);

    /// <summary>How a piece begins, without its quotes.</summary>
    public abstract string StartOf(SyntaxNode piece);

    /// <summary>The token of a piece that is one plain literal, or null.</summary>
    public abstract SyntaxToken? PlainLiteral(SyntaxNode piece);

    /// <summary>One position in the source for each character of a token's value and one for its end; null when the token does not read as
    /// expected.</summary>
    public abstract int[]? Offsets(SyntaxToken token);

    /// <summary>The operation of a reference whose name is a node, or null when it is no reference.</summary>
    public abstract IOperation? Reference(SyntaxNode name, Func<SyntaxNode, IOperation?> operationAt);

    /// <summary>The call or member that a name belongs to, or null.</summary>
    public abstract IOperation? Named(SyntaxNode name, Func<SyntaxNode, IOperation?> operationAt);

    /// <summary>True for <c>new X(…)</c>.</summary>
    public abstract bool IsCreation(SyntaxNode node);

    /// <summary>True for <c>[a, b]</c>.</summary>
    public abstract bool IsCollection(SyntaxNode node);

    /// <summary>True for <c>x["key"]</c>.</summary>
    public abstract bool IsIndexer(SyntaxNode node);

    /// <summary>The callee of a call that does not resolve; null, and true, for one that needs no name; false when it is no call.</summary>
    public abstract bool IsCall(SyntaxNode node, out SyntaxNode? callee);

    /// <summary>The name at the end of a callee or member access.</summary>
    public abstract string LastName(SyntaxNode callee);

    /// <summary>The name of a member that is accessed; null when a node is none.</summary>
    public abstract string? MemberName(SyntaxNode node);

    /// <summary>The name that an argument is given by, or null.</summary>
    public abstract string? ArgumentName(SyntaxNode value);

    /// <summary>The plain name that a call is made on, or null.</summary>
    public abstract string? ReceiverName(SyntaxNode call);

    /// <summary>The statement around a node, or null.</summary>
    public abstract SyntaxNode? StatementOf(SyntaxNode node);

    /// <summary>From the name of a call's method to its end or, with <paramref name="nameOnly"/>, the name alone.</summary>
    public abstract TextSpan NameOf(SyntaxNode call, bool nameOnly);

    /// <summary>The head of a creation: its type, or new.</summary>
    public abstract TextSpan HeadOf(SyntaxNode creation);

    /// <summary>The nodes whose operation may be the initializer of a declaration: C# has it below the name, Visual Basic beside
    /// it.</summary>
    public static IEnumerable<SyntaxNode> InitializersOf(SyntaxNode declaration) =>
        declaration.ChildNodes().Concat(declaration.Parent?.ChildNodes() ?? []);

    /// <summary>The string that a declaration is initialised with, as a literal; null when it is with none.</summary>
    public string? LiteralOf(SyntaxNode declaration) => InitializersOf(declaration)
        .Where(node => node.GetFirstToken().Text is "=" or "=>" && node.GetFirstToken().GetNextToken() == node.GetLastToken())
        .Select(static node => node.GetLastToken()).FirstOrDefault(IsString).Value as string;

    /// <summary>All that a declaration covers.</summary>
    public abstract TextSpan ScopeOf(SyntaxNode declaration);

    /// <summary>The namespaces that a file imports.</summary>
    public abstract IEnumerable<string> Imports(SyntaxNode root);

    // Made at the first file of C#, and never where there is none.
    private static class OfCSharp
    {
        public static readonly SourceLanguage Instance = new CSharpLanguage();
    }
}
