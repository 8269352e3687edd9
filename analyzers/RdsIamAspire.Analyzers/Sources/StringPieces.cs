using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace RdsIamAspire.Analyzers.Sources;

/// <summary>
/// From a position in the text to the piece of a string that stands there: a literal, an interpolated string or the sum that they are part
/// of.
/// Looks at tokens and syntax alone; what passes is bound.
/// </summary>
internal static class StringPieces
{
    /// <summary>The piece at a position, or null when no string stands there.</summary>
    public static SyntaxNode? At(SourceFile file, int position)
    {
        var token = file.Root.FindToken(position);
        if (!token.Span.Contains(position) || token.Value is not string || token.Parent is not { } node || IsName(token))
            return null;
        return Top(node);
    }

    /// <summary>The literal that begins at a quote before a position.</summary>
    public static SyntaxNode? LiteralAt(SourceFile file, int position)
    {
        var token = file.Root.FindToken(position);
        return token.Span.Contains(position) && token.Value is string && !IsName(token) ? token.Parent : null;
    }

    /// <summary>The sum whose plus sign stands at a position.</summary>
    public static SyntaxNode? SumAt(SourceFile file, int position)
    {
        var token = file.Root.FindToken(position);
        return token.SpanStart == position && token.Parent is BinaryExpressionSyntax sum ? Top(sum) : null;
    }

    /// <summary>The call or assigned member that a name at a position belongs to.</summary>
    public static IOperation? NamedAt(SourceFile file, int position)
    {
        if (IsInText(file.Text, position))
            return null;
        var token = file.Root.FindToken(position);
        if (token.SpanStart != position || token.Parent is not { } node)
            return null;
        if (!file.IsCSharp)
            return file.Flow.ReferenceAt(position);
        if (node is not SimpleNameSyntax)
            return null;
        if (node.Parent is MemberAccessExpressionSyntax access && access.Name == node || node.Parent is MemberBindingExpressionSyntax)
            node = node.Parent;
        return node.Parent is InvocationExpressionSyntax call && call.Expression == node ? file.OperationOf(call) : file.OperationOf(node);
    }

    /// <summary>True for a word right behind a quote: cheaper to see than to bind.</summary>
    public static bool IsInText(string text, int position) => position > 0 && text[position - 1] == '"';

    /// <summary>How a piece begins, without its quotes.</summary>
    public static string Start(SyntaxNode piece)
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

    /// <summary>True for a literal that is a JSON document.</summary>
    public static bool IsJson(SyntaxNode piece)
    {
        if (piece is not LiteralExpressionSyntax literal)
            return false;
        var text = literal.Token.ValueText;
        var i = 0;
        while (i < text.Length && char.IsWhiteSpace(text[i]))
            i++;
        return i + 1 < text.Length && text[i] is '{' or '['
            && text.IndexOf("\":", i, StringComparison.Ordinal) > 0 | text.IndexOf("\" :", i, StringComparison.Ordinal) > 0;
    }

    /// <summary>The look at the literal parts alone, without any binding: does a MySQL key stand before an equals sign?</summary>
    public static bool Passes(SyntaxNode piece, bool isCSharp) =>
        isCSharp ? piece is ExpressionSyntax expression && LiteralGate.Passes(expression) : LiteralGate.HasKnownKey(TextOf(piece));

    /// <summary>The whole string that a piece is part of.</summary>
    public static StringValue Value(SyntaxNode piece, SourceFile file)
    {
        if (file.OperationOf(piece) is not { } operation)
            return OfToken(piece);
        // Visual Basic's pieces are known by their operations only.
        while (!file.IsCSharp && Operations.Outer(operation).Parent is { } parent
            && (Operations.IsSum(parent)
            || parent is IInterpolationOperation or IInterpolatedStringOperation or IInterpolatedStringTextOperation))
            operation = parent;
        return file.Strings.Around(operation);
    }

    // Where the compiler has no operation, as in an attribute that does not resolve.
    private static StringValue OfToken(SyntaxNode piece)
    {
        var parts = new List<StringPart>();
        var text = new StringBuilder();
        foreach (var token in piece.DescendantTokens())
        {
            if (token.Value is not string value || IsName(token))
                continue;
            parts.Add(new(StringPartKind.Literal, text.Length, value.Length, token.Parent!, token, 0, null));
            text.Append(value);
        }

        return new(text.ToString(), parts, null, piece, null);
    }

    private static string TextOf(SyntaxNode piece)
    {
        var text = new StringBuilder();
        foreach (var token in piece.DescendantTokens())
            text.Append(token.Value as string);
        return text.ToString();
    }

    private static bool IsName(SyntaxToken token) => token.IsKind(SyntaxKind.IdentifierToken);

    private static SyntaxNode Top(SyntaxNode node)
    {
        if (node is InterpolatedStringTextSyntax)
            node = node.Parent!;
        while (true)
        {
            switch (node.Parent)
            {
                case ParenthesizedExpressionSyntax:
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression }:
                    node = node.Parent;
                    break;
                case InterpolationSyntax { Parent: InterpolatedStringExpressionSyntax interpolated }:
                    node = interpolated;
                    break;
                default:
                    while (node is ParenthesizedExpressionSyntax parenthesized)
                        node = parenthesized.Expression;
                    return node;
            }
        }
    }
}
