using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RdsIamAspire.Analyzers.ConnectionStrings;

namespace RdsIamAspire.Analyzers.Languages;

/// <summary>
/// The look at a string's literal parts alone, without any binding: does a MySQL key stand before an equals sign? All but a few strings of
/// a
/// program are done with here.
/// </summary>
internal static class LiteralGate
{
    private const int LongestKey = 40;

    [ThreadStatic]
    private static StringBuilder? _buffer;

    public static bool Passes(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax literal:
                return literal.Token.Text.IndexOf('=') >= 0 && HasKnownKey(literal.Token.ValueText);
            case InterpolatedStringExpressionSyntax or BinaryExpressionSyntax:
                var buffer = _buffer ??= new StringBuilder();
                buffer.Clear();
                Append(buffer, expression, 0);
                return HasKnownKey(buffer.ToString());
            default:
                return false;
        }
    }

    // Key=value pairs from one semicolon to the next, by index.
    public static bool HasKnownKey(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            while (start < text.Length && (char.IsWhiteSpace(text[start]) || text[start] is ';' or ConnectionStringText.Hole))
                start++;
            var i = start;
            while (i < text.Length && text[i] is not ('=' or ';'))
                i++;
            if (i < text.Length && text[i] == '=' && IsKey(text, start, i))
                return true;
            while (i < text.Length && text[i] != ';')
                i++;
            start = i + 1;
        }

        return false;
    }

    private static bool IsKey(string text, int start, int end)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        if (end - start is < 3 or > LongestKey)
            return false;
        var key = text.Substring(start, end - start).ToLowerInvariant();
        return MySqlKeys.Find(key) != MySqlKey.None || MySqlKeys.IsLegacy(key);
    }

    private static void Append(StringBuilder buffer, ExpressionSyntax expression, int depth)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax literal:
                buffer.Append(literal.Token.ValueText);
                break;
            case ParenthesizedExpressionSyntax parenthesized when depth < 32:
                Append(buffer, parenthesized.Expression, depth + 1);
                break;
            case InterpolatedStringExpressionSyntax interpolated when depth < 32:
                foreach (var content in interpolated.Contents)
                {
                    if (content is InterpolatedStringTextSyntax text)
                        buffer.Append(text.TextToken.ValueText);
                    else if (content is InterpolationSyntax { Expression: LiteralExpressionSyntax inner })
                        buffer.Append(inner.Token.ValueText);
                    else
                        buffer.Append(ConnectionStringText.Hole);
                }

                break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } chain when depth < 32:
                var operands = new Stack<ExpressionSyntax>();
                ExpressionSyntax current = chain;
                while (current is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } add)
                {
                    operands.Push(add.Right);
                    current = add.Left;
                }

                operands.Push(current);
                foreach (var operand in operands)
                    Append(buffer, operand, depth + 1);
                break;
            default:
                buffer.Append(ConnectionStringText.Hole);
                break;
        }
    }
}
