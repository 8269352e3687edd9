using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using RdsIamAspire.Analyzers.ConnectionStrings;

namespace RdsIamAspire.Analyzers.Sources;

/// <summary>
/// Puts a string together as the source does: concatenation, interpolation, string.Format, string.Concat, string.Join, the Append calls of a
/// StringBuilder, and <c>+=</c> on a variable. Each string is composed once, whichever of its pieces it is asked for.
/// </summary>
internal sealed class TextComposer
{
    private readonly SemanticModel _model;
    private readonly CancellationToken _cancellationToken;
    private readonly StringBuilder _text = new();
    private readonly ImmutableArray<TextPart>.Builder _parts = ImmutableArray.CreateBuilder<TextPart>();

    private bool _anyPiece;

    private TextComposer(SemanticModel model, CancellationToken cancellationToken)
    {
        _model = model;
        _cancellationToken = cancellationToken;
    }

    /// <summary>
    /// The whole string that <paramref name="piece"/> is the first telling piece of, or null when another piece speaks for it.
    /// </summary>
    /// <remarks>A piece is a literal, an interpolated string or the top of a <c>+</c> chain.</remarks>
    public static ComposedText? WholeOf(ExpressionSyntax piece, SemanticModel model, CancellationToken cancellationToken) =>
        WholeOf(piece, model, anyPiece: false, cancellationToken);

    /// <summary>The whole string that a piece belongs to, whichever of its pieces it is.</summary>
    public static ComposedText? Around(ExpressionSyntax piece, SemanticModel model, CancellationToken cancellationToken) =>
        WholeOf(piece, model, anyPiece: true, cancellationToken);

    private static ComposedText? WholeOf(ExpressionSyntax piece, SemanticModel model, bool anyPiece, CancellationToken cancellationToken)
    {
        var composer = new TextComposer(model, cancellationToken) { _anyPiece = anyPiece };
        var outer = Outermost(piece);
        if (EnclosingCall(outer) is { } call)
        {
            if (IsAppend(call))
                return composer.FromAppends(Receiver(call), call, piece);
            if (!anyPiece && FirstTelling(Pieces(call)) != piece)
                return null;
            composer.Add(call, 0);
            return composer.ToText(call);
        }

        if (outer.Parent is ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax { Parent: EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } } builder } && IsStringBuilder(builder))
            return composer.FromAppends(SyntaxFactory.IdentifierName(declarator.Identifier), builder, piece);

        if (GrowingVariable(outer, out var pieces))
        {
            if (!anyPiece && FirstTelling(pieces) != piece)
                return null;
            foreach (var each in pieces)
                composer.Add(each, 0);
            return composer.ToText(pieces[0]);
        }

        composer.Add(piece, 0);
        return composer.ToText(outer);
    }

    /// <summary>A string expression by itself, for those who know where it stands.</summary>
    public static ComposedText Compose(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        var composer = new TextComposer(model, cancellationToken);
        composer.Add(expression, 0);
        return composer.ToText(expression);
    }

    /// <summary>True when a piece of a string has something to say: a literal part of it has an equals sign.</summary>
    public static bool IsTelling(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax literal:
                return literal.Token.Text.IndexOf('=') >= 0;
            case InterpolatedStringExpressionSyntax interpolated:
                foreach (var content in interpolated.Contents)
                {
                    if (content is InterpolatedStringTextSyntax text ? text.TextToken.Text.IndexOf('=') >= 0 : content is InterpolationSyntax { Expression: LiteralExpressionSyntax inner } && IsTelling(inner))
                        return true;
                }

                return false;
            case ParenthesizedExpressionSyntax parenthesized:
                return IsTelling(parenthesized.Expression);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } chain:
                for (ExpressionSyntax current = chain; ;)
                {
                    if (current is not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } add)
                        return IsTelling(current);
                    if (IsTelling(add.Right))
                        return true;
                    current = add.Left;
                }

            default:
                return false;
        }
    }

    private static ExpressionSyntax Outermost(ExpressionSyntax expression)
    {
        while (expression.Parent is ParenthesizedExpressionSyntax parenthesized)
            expression = parenthesized;
        return expression;
    }

    private ComposedText ToText(ExpressionSyntax root) => new(_text.ToString(), _parts.ToImmutable(), root);

    private static ExpressionSyntax? FirstTelling(IEnumerable<ExpressionSyntax> pieces) => pieces.Select(Inner).FirstOrDefault(IsTelling);

    private static ExpressionSyntax Inner(ExpressionSyntax expression)
    {
        while (expression is ParenthesizedExpressionSyntax parenthesized)
            expression = parenthesized.Expression;
        return expression;
    }

    // ---- calls that compose -------------------------------------------------------------------------------------------------

    private static InvocationExpressionSyntax? EnclosingCall(ExpressionSyntax expression)
    {
        SyntaxNode? node = expression.Parent;
        // string[] parts = ["…", "…"]; string.Join(";", parts)
        if (ListOf(node) is { Parent: EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax } declarator } })
            return JoinOf(declarator);
        // An element of the array that string.Join or string.Concat is given.
        if (node is InitializerExpressionSyntax { Parent: ImplicitArrayCreationExpressionSyntax or ArrayCreationExpressionSyntax or BaseObjectCreationExpressionSyntax } initializer)
            node = initializer.Parent!.Parent;
        else if (node is ExpressionElementSyntax { Parent: CollectionExpressionSyntax collection })
            node = collection.Parent;
        if (node is not ArgumentSyntax { Parent: ArgumentListSyntax { Parent: var owner } })
            return null;
        return owner switch
        {
            InvocationExpressionSyntax call when IsComposition(call) => call,
            // new StringBuilder("…").Append(…)
            BaseObjectCreationExpressionSyntax { Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } } creation when IsStringBuilder(creation) && IsAppend(call) => call,
            _ => null,
        };
    }

    private static ExpressionSyntax? ListOf(SyntaxNode? parent) => parent switch
    {
        InitializerExpressionSyntax { Parent: ImplicitArrayCreationExpressionSyntax or ArrayCreationExpressionSyntax or BaseObjectCreationExpressionSyntax } initializer => initializer.Parent as ExpressionSyntax,
        InitializerExpressionSyntax { RawKind: (int)SyntaxKind.ArrayInitializerExpression, Parent: EqualsValueClauseSyntax } array => array,
        ExpressionElementSyntax { Parent: CollectionExpressionSyntax collection } => collection,
        _ => null,
    };

    // The one call of the block that joins a local list.
    private static InvocationExpressionSyntax? JoinOf(VariableDeclaratorSyntax list)
    {
        InvocationExpressionSyntax? found = null;
        foreach (var call in list.FirstAncestorOrSelf<BlockSyntax>()?.DescendantNodes().OfType<InvocationExpressionSyntax>() ?? [])
        {
            if (JoinedList(call)?.Identifier.ValueText != list.Identifier.ValueText)
                continue;
            if (found is not null)
                return null;
            found = call;
        }

        return found;
    }

    // The variable in string.Join(";", parts) and string.Concat(parts).
    private static IdentifierNameSyntax? JoinedList(InvocationExpressionSyntax call)
    {
        var arguments = call.ArgumentList.Arguments;
        var isJoin = MethodName(call) is "Join" && arguments.Count == 2 || MethodName(call) is "Concat" && arguments.Count == 1;
        return isJoin && IsComposition(call) ? arguments.Last().Expression as IdentifierNameSyntax : null;
    }

    private static bool IsStringBuilder(BaseObjectCreationExpressionSyntax creation) =>
        RightmostName(creation is ObjectCreationExpressionSyntax { Type: var type } ? type : (creation.Parent?.Parent?.Parent as VariableDeclarationSyntax)?.Type ?? SyntaxFactory.ParseTypeName("")) == "StringBuilder";

    private static string? RightmostName(TypeSyntax type) => type switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        _ => null,
    };

    private static string? MethodName(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        _ => null,
    };

    private static bool IsComposition(InvocationExpressionSyntax call) => MethodName(call) switch
    {
        "Format" or "Concat" or "Join" => call.Expression is MemberAccessExpressionSyntax { Expression: PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.StringKeyword } or IdentifierNameSyntax { Identifier.ValueText: "String" } or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "String" } },
        _ => IsAppend(call),
    };

    private static bool IsAppend(InvocationExpressionSyntax call) => MethodName(call) is "Append" or "AppendLine" or "AppendLiteral" or "AppendFormat" or "AppendJoin";

    private static IEnumerable<ExpressionSyntax> Pieces(InvocationExpressionSyntax call)
    {
        foreach (var argument in call.ArgumentList.Arguments)
        {
            var elements = Elements(argument.Expression) ?? (JoinedList(call) is { } list && argument.Expression == list ? ElementsOfLocal(list) : null);
            if (elements is null)
            {
                yield return argument.Expression;
                continue;
            }

            foreach (var element in elements)
                yield return element;
        }
    }

    private static IEnumerable<ExpressionSyntax>? ElementsOfLocal(IdentifierNameSyntax list)
    {
        for (var block = list.FirstAncestorOrSelf<BlockSyntax>(); block is not null; block = block.Parent?.FirstAncestorOrSelf<BlockSyntax>())
        {
            foreach (var statement in block.Statements)
            {
                if (statement is LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } && variables[0].Identifier.ValueText == list.Identifier.ValueText)
                    return variables[0].Initializer is { Value: { } value } ? Elements(value) : null;
            }
        }

        return null;
    }

    private static IEnumerable<ExpressionSyntax>? Elements(ExpressionSyntax expression) => expression switch
    {
        InitializerExpressionSyntax { RawKind: (int)SyntaxKind.ArrayInitializerExpression } array => array.Expressions,
        ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions,
        ArrayCreationExpressionSyntax { Initializer: { } initializer } => initializer.Expressions,
        ObjectCreationExpressionSyntax { Initializer: { } initializer } when initializer.IsKind(SyntaxKind.CollectionInitializerExpression) => initializer.Expressions,
        CollectionExpressionSyntax collection => collection.Elements.OfType<ExpressionElementSyntax>().Select(element => element.Expression),
        _ => null,
    };

    // ---- the parts ----------------------------------------------------------------------------------------------------------

    private void Add(ExpressionSyntax expression, int depth)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        switch (expression)
        {
            case LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal:
                AddLiteral(literal.Token.ValueText, literal, literal.Token, 0);
                return;
            case LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.Utf8StringLiteralExpression):
                AddLiteral(literal.Token.ValueText, literal, literal.Token, 0);
                return;
            case ParenthesizedExpressionSyntax parenthesized when depth < 32:
                Add(parenthesized.Expression, depth + 1);
                return;
            case InterpolatedStringExpressionSyntax interpolated when depth < 32:
                AddInterpolated(interpolated, depth);
                return;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } chain when depth < 32:
                AddChain(chain, depth);
                return;
            case InvocationExpressionSyntax call when depth < 32 && IsComposition(call) && !IsAppend(call):
                AddCall(call, depth);
                return;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToString" or "Trim" or "TrimEnd", Expression: var receiver } } when depth < 32 && receiver is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax or ParenthesizedExpressionSyntax:
                Add(receiver, depth + 1);
                return;
        }

        if (ValueOf(expression) is { } value)
            AddPart(TextPartKind.Reference, value, expression, default, 0);
        else
            AddPart(TextPartKind.Hole, ConnectionStringText.Hole.ToString(), expression, default, 0);
    }

    private string? ValueOf(ExpressionSyntax expression)
    {
        if (expression is LiteralExpressionSyntax literal && !literal.IsKind(SyntaxKind.DefaultLiteralExpression))
            return Convert.ToString(literal.Token.Value, CultureInfo.InvariantCulture);
        // Whatever stands behind Database= or SslCa= is asked of nobody: no rule looks at it, and binding it is what costs.
        if (expression is IdentifierNameSyntax or MemberAccessExpressionSyntax && StandsBehindOtherKey())
            return null;
        if (KnownValue.Of(expression, _model, _cancellationToken) is { } known)
            return known;
        var constant = _model.GetConstantValue(expression, _cancellationToken);
        return constant is { HasValue: true, Value: not null } ? Convert.ToString(constant.Value, CultureInfo.InvariantCulture) : null;
    }

    // The text so far ends with a key that is none of those which the rules read.
    private bool StandsBehindOtherKey()
    {
        if (_text.Length == 0 || _text[_text.Length - 1] != '=')
            return false;
        var start = _text.Length - 1;
        while (start > 0 && _text[start - 1] != ';')
            start--;
        return MySqlKeys.Find(_text.ToString(start, _text.Length - 1 - start).Trim().ToLowerInvariant()) is MySqlKey.Database or MySqlKey.Other;
    }

    private void AddLiteral(string value, SyntaxNode node, SyntaxToken token, int tokenStart) => AddPart(TextPartKind.Literal, value, node, token, tokenStart);

    private void AddPart(TextPartKind kind, string value, SyntaxNode node, SyntaxToken token, int tokenStart)
    {
        _parts.Add(new TextPart(kind, _text.Length, value.Length, node, token, tokenStart));
        _text.Append(value);
    }

    private void AddInterpolated(InterpolatedStringExpressionSyntax interpolated, int depth)
    {
        foreach (var content in interpolated.Contents)
        {
            switch (content)
            {
                case InterpolatedStringTextSyntax text:
                    AddLiteral(text.TextToken.ValueText, text, text.TextToken, 0);
                    break;
                case InterpolationSyntax { AlignmentClause: null, FormatClause: null } interpolation:
                    AddOperand(interpolation.Expression, interpolation, depth);
                    break;
                default:
                    AddPart(TextPartKind.Hole, ConnectionStringText.Hole.ToString(), content, default, 0);
                    break;
            }
        }
    }

    // A known value stands in the source as its interpolation does, braces included.
    private void AddOperand(ExpressionSyntax expression, SyntaxNode node, int depth)
    {
        var inner = Inner(expression);
        if (inner is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax { Token.Value: string } or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression })
        {
            Add(inner, depth + 1);
            return;
        }

        if (ValueOf(expression) is { } value)
            AddPart(TextPartKind.Reference, value, node, default, 0);
        else
            AddPart(TextPartKind.Hole, ConnectionStringText.Hole.ToString(), node, default, 0);
    }

    private void AddChain(BinaryExpressionSyntax chain, int depth)
    {
        // A chain of thousands of operands nests as deep: walk it without recursion.
        var operands = new Stack<ExpressionSyntax>();
        ExpressionSyntax current = chain;
        while (current is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } add)
        {
            operands.Push(add.Right);
            current = add.Left;
        }

        operands.Push(current);
        foreach (var operand in operands)
            Add(operand, depth + 1);
    }

    private void AddCall(InvocationExpressionSyntax call, int depth)
    {
        switch (MethodName(call))
        {
            case "Concat":
                foreach (var piece in Pieces(call))
                    Add(piece, depth + 1);
                break;
            case "Join" when call.ArgumentList.Arguments.Count > 1:
                AddJoin(call, depth);
                break;
            case "Format" or "AppendFormat":
                AddFormat(call, depth);
                break;
            default:
                AddPart(TextPartKind.Hole, ConnectionStringText.Hole.ToString(), call, default, 0);
                break;
        }
    }

    private void AddJoin(InvocationExpressionSyntax call, int depth)
    {
        var between = call.ArgumentList.Arguments[0].Expression;
        var separator = ValueOf(between) ?? ConnectionStringText.Hole.ToString();
        var first = true;
        foreach (var piece in Pieces(call).Skip(1))
        {
            if (!first)
                AddPart(TextPartKind.Inserted, separator, between, default, 0);
            first = false;
            Add(piece, depth + 1);
        }
    }

    private void AddFormat(InvocationExpressionSyntax call, int depth)
    {
        var arguments = call.ArgumentList.Arguments;
        for (var i = 0; i < arguments.Count && i < 2; i++)
        {
            var format = Inner(arguments[i].Expression);
            var text = format is LiteralExpressionSyntax { Token.Value: string } literal ? literal.Token.ValueText : ValueOf(format);
            if (text is null || text.IndexOf('{') < 0)
                continue;
            var values = arguments.Skip(i + 1).SelectMany(argument => Elements(argument.Expression) ?? new[] { argument.Expression }).ToArray();
            AddFormat(text, format, values, depth);
            return;
        }

        foreach (var argument in arguments)
            Add(argument.Expression, depth + 1);
    }

    private void AddFormat(string format, ExpressionSyntax node, ExpressionSyntax[] values, int depth)
    {
        var isLiteral = node is LiteralExpressionSyntax;
        var token = isLiteral ? ((LiteralExpressionSyntax)node).Token : default;
        var kind = isLiteral ? TextPartKind.Literal : TextPartKind.Reference;
        var run = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] is not ('{' or '}'))
                continue;
            AddRun(run, i);
            if (i + 1 < format.Length && format[i + 1] == format[i])
            {
                AddRun(i, i + 1);
                i++;
                run = i + 1;
                continue;
            }

            var close = format[i] == '{' ? format.IndexOf('}', i) : -1;
            if (close < 0)
            {
                run = i;
                continue;
            }

            var digits = format.Substring(i + 1, close - i - 1).Split(',', ':')[0];
            if (int.TryParse(digits, NumberStyles.Integer, CultureInfo.InvariantCulture, out var index) && index >= 0 && index < values.Length)
                Add(values[index], depth + 1);
            else
                AddPart(TextPartKind.Hole, ConnectionStringText.Hole.ToString(), node, default, 0);
            i = close;
            run = close + 1;
        }

        AddRun(run, format.Length);

        void AddRun(int from, int to)
        {
            if (to > from)
                AddPart(kind, format.Substring(from, to - from), node, token, from);
        }
    }

    // ---- StringBuilder ------------------------------------------------------------------------------------------------------

    private ComposedText? FromAppends(ExpressionSyntax root, ExpressionSyntax call, ExpressionSyntax piece)
    {
        var calls = new List<SyntaxNode>();
        if (root is IdentifierNameSyntax variable)
        {
            if (BodyOf(call) is not { } body)
                return null;
            foreach (var node in body.DescendantNodes())
            {
                if (node is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax created } declarator && declarator.Identifier.ValueText == variable.Identifier.ValueText)
                    calls.Add(created);
                else if (node is InvocationExpressionSyntax append && IsAppend(append) && Receiver(append) is IdentifierNameSyntax name && name.Identifier.ValueText == variable.Identifier.ValueText)
                    calls.Add(append);
            }

            // A fluent chain nests its first call deepest: source order is the order of the argument lists.
            calls.Sort(static (x, y) => ArgumentsOf(x).CompareTo(ArgumentsOf(y)));
        }
        else
        {
            for (SyntaxNode? node = Top((InvocationExpressionSyntax)call); node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } current && IsAppend(current); node = member.Expression)
                calls.Insert(0, current);
            if (root is BaseObjectCreationExpressionSyntax creation)
                calls.Insert(0, creation);
        }

        var pieces = calls.SelectMany(each => each switch
        {
            InvocationExpressionSyntax append => append.ArgumentList.Arguments.Select(argument => argument.Expression),
            BaseObjectCreationExpressionSyntax created => created.ArgumentList?.Arguments.Select(argument => argument.Expression).Take(1) ?? [],
            _ => [],
        });
        if (!_anyPiece && FirstTelling(pieces) != piece)
            return null;
        foreach (var each in calls)
        {
            switch (each)
            {
                case InvocationExpressionSyntax append when MethodName(append) == "AppendFormat":
                    AddFormat(append, 0);
                    break;
                case InvocationExpressionSyntax append when MethodName(append) == "AppendJoin" && append.ArgumentList.Arguments.Count > 1:
                    AddJoin(append, 0);
                    break;
                case InvocationExpressionSyntax append when append.ArgumentList.Arguments.Count > 0:
                    Add(append.ArgumentList.Arguments[0].Expression, 0);
                    break;
                case BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } when Inner(arguments[0].Expression) is var first && (first is LiteralExpressionSyntax { Token.Value: string } || IsTelling(first)):
                    Add(first, 0);
                    break;
            }
        }

        // A variable's name is followed to its uses: it must be a node of the tree.
        return ToText(root.Parent is null ? call : root);
    }

    private static int ArgumentsOf(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax call => call.ArgumentList.SpanStart,
        _ => node.SpanStart,
    };

    private static ExpressionSyntax Receiver(InvocationExpressionSyntax call)
    {
        ExpressionSyntax current = call;
        while (current is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } each && IsAppend(each))
            current = member.Expression;
        return current;
    }

    private static InvocationExpressionSyntax Top(InvocationExpressionSyntax call)
    {
        while (call.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax outer } && IsAppend(outer))
            call = outer;
        return call;
    }

    private static SyntaxNode? BodyOf(SyntaxNode node) =>
        node.FirstAncestorOrSelf<SyntaxNode>(ancestor => ancestor is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax or CompilationUnitSyntax);

    // ---- += -----------------------------------------------------------------------------------------------------------------

    private static bool GrowingVariable(ExpressionSyntax expression, out List<ExpressionSyntax> pieces)
    {
        pieces = [];
        var name = expression.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => declarator.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } assignment when assignment.Right == expression => target.Identifier.ValueText,
            AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } member } assignment when assignment.Right == expression => member.Name.Identifier.ValueText,
            _ => null,
        };
        if (name is null || BodyOf(expression) is not { } body || body is CompilationUnitSyntax && expression.FirstAncestorOrSelf<FieldDeclarationSyntax>() is not null)
            return false;
        var found = false;
        var grows = false;
        foreach (var node in body.DescendantNodes(child => child is not (InvocationExpressionSyntax or LiteralExpressionSyntax)))
        {
            ExpressionSyntax value;
            var appends = false;
            switch (node)
            {
                case VariableDeclaratorSyntax { Initializer.Value: var initializer } declarator when declarator.Identifier.ValueText == name:
                    value = initializer;
                    break;
                case AssignmentExpressionSyntax assignment when NameOf(assignment.Left) == name:
                    value = assignment.Right;
                    appends = assignment.IsKind(SyntaxKind.AddAssignmentExpression);
                    // cs = cs + "…" grows like cs += "…": what is added are the operands behind the variable.
                    if (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && Operands(value) is { Count: > 1 } operands && NameOf(operands[0]) == name && pieces.Count > 0)
                    {
                        pieces.AddRange(operands.Skip(1));
                        grows = true;
                        found |= value == expression;
                        continue;
                    }

                    break;
                default:
                    continue;
            }

            if (!appends)
            {
                if (found)
                    break;
                pieces.Clear();
                grows = false;
            }

            pieces.Add(value);
            grows |= appends;
            found |= value == expression;
        }

        return found && grows;
    }

    private static List<ExpressionSyntax> Operands(ExpressionSyntax chain)
    {
        var operands = new List<ExpressionSyntax>();
        for (; chain is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } add; chain = add.Left)
            operands.Add(add.Right);
        operands.Add(chain);
        operands.Reverse();
        return operands;
    }

    private static string? NameOf(ExpressionSyntax target) => target switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } member => member.Name.Identifier.ValueText,
        _ => null,
    };
}
