namespace RdsIamAspire.Analyzers.Sources;

/// <summary>Puts the text of an operation together: concatenation, interpolation, string.Format, string.Concat, string.Join,
/// StringBuilder.</summary>
internal sealed class StringComposer(ValueFlow flow, KnownValues known)
{
    private const int MaximumDepth = 32;

    private static readonly string Hole = ConnectionStringText.Hole.ToString();

    private readonly StringBuilder _text = new();
    private readonly List<StringPart> _parts = [];

    public StringValue ToValue(IOperation root, ISymbol? variable = null) => new(_text.ToString(), _parts, root, root.Syntax, variable);

    public StringComposer Add(IOperation operation)
    {
        Add(operation, operation.Syntax, 0);
        return this;
    }

    /// <summary>Adds what a call or creation of a StringBuilder adds.</summary>
    public void AddEvent(IOperation operation)
    {
        switch (operation)
        {
            case IInvocationOperation { TargetMethod.Name: "AppendFormat" } call:
                AddFormat(call, 0);
                break;
            case IInvocationOperation { TargetMethod.Name: "AppendJoin", Arguments.Length: > 1 } call:
                AddJoin(call, 0);
                break;
            case IInvocationOperation { TargetMethod.Name: "Insert", Arguments.Length: > 1 } call:
                Add(call.Arguments[1].Value);
                break;
            case IInvocationOperation { Arguments.Length: > 0 } call:
                // An interpolated string may come with its handler's own arguments.
                Add(call.Arguments.FirstOrDefault(static each => Operations.Inner(each.Value) is IInterpolatedStringOperation)?.Value
                    ?? call.Arguments[0].Value);
                break;
            case IObjectCreationOperation { Arguments.Length: > 0 } created
                when created.Arguments[0].Value.Type?.SpecialType == SpecialType.System_String:
                Add(created.Arguments[0].Value);
                break;
        }
    }

    private void Add(IOperation operation, SyntaxNode node, int depth)
    {
        flow.File.CancellationToken.ThrowIfCancellationRequested();
        operation = Operations.Inner(operation);
        if (node != operation.Syntax && node.Span == operation.Syntax.Span)
            node = operation.Syntax;
        if (depth < MaximumDepth)
        {
            switch (operation)
            {
                case ILiteralOperation { ConstantValue: { HasValue: true, Value: string text } }:
                    AddPart(StringPartKind.Literal, text, operation.Syntax, operation, operation.Syntax.GetFirstToken());
                    return;
                case IUtf8StringOperation utf8:
                    AddPart(StringPartKind.Literal, utf8.Value, operation.Syntax, operation, operation.Syntax.GetFirstToken());
                    return;
                case IInterpolatedStringOperation interpolated:
                    AddInterpolated(interpolated, depth);
                    return;
                case IBinaryOperation sum when Operations.IsSum(sum):
                    foreach (var operand in StringMethods.Operands(sum))
                        Add(operand, operand.Syntax, depth + 1);
                    return;
                case IInvocationOperation call when StringMethods.Composes(call):
                    AddCall(call, depth);
                    return;
                case IInvocationOperation
                {
                    TargetMethod.Name: "ToString" or "Trim" or "TrimEnd"
                    or "TrimStart", Instance: { } receiver, Arguments.Length: 0
                }
                    when Operations.Inner(receiver) is ILiteralOperation or IInterpolatedStringOperation or IBinaryOperation:
                    Add(receiver, receiver.Syntax, depth + 1);
                    return;
            }
        }

        // Whatever stands behind Database= or SslCa= is asked of nobody: no rule looks at it.
        var value = StandsBehindOtherKey() && !operation.ConstantValue.HasValue ? null : known.TextOf(operation);
        AddPart(value is null ? StringPartKind.Hole : StringPartKind.Reference, value ?? Hole, node, operation);
    }

    private void AddPart(StringPartKind kind, string value, SyntaxNode node, IOperation? operation, SyntaxToken token = default,
        int tokenStart = 0)
    {
        _parts.Add(new StringPart(kind, _text.Length, value.Length, node, token, tokenStart, operation));
        _text.Append(value);
    }

    // The text so far ends with a key that is none of those which the rules read.
    private bool StandsBehindOtherKey()
    {
        if (_text.Length == 0 || _text[_text.Length - 1] != '=')
            return false;
        var start = _text.Length - 1;
        while (start > 0 && _text[start - 1] is not ';')
            start--;
        return MySqlKeys.Find(_text.ToString(start, _text.Length - 1 - start).Trim().ToLowerInvariant()) is MySqlKey.Database
            or MySqlKey.Other;
    }

    private void AddInterpolated(IInterpolatedStringOperation interpolated, int depth)
    {
        foreach (var part in interpolated.Parts)
        {
            switch (part)
            {
                case IInterpolationOperation { Alignment: null, FormatString: null } hole:
                    Add(hole.Expression, part.Syntax, depth + 1);
                    break;
                case IInterpolatedStringTextOperation
                    or IInterpolatedStringAppendOperation { Kind: OperationKind.InterpolatedStringAppendLiteral }:
                    var token = part.Syntax.GetFirstToken();
                    AddPart(StringPartKind.Literal, token.ValueText, part.Syntax, part, token);
                    break;
                case IInterpolatedStringAppendOperation
                {
                    Kind: OperationKind.InterpolatedStringAppendFormatted,
                    AppendCall: IInvocationOperation { Arguments: { Length: > 0 } arguments }
                }
                    when arguments.Skip(1).All(static each => each.ArgumentKind == ArgumentKind.DefaultValue):
                    Add(arguments[0].Value, part.Syntax, depth + 1);
                    break;
                default:
                    AddPart(StringPartKind.Hole, Hole, part.Syntax, part);
                    break;
            }
        }
    }

    private void AddCall(IInvocationOperation call, int depth)
    {
        switch (call.TargetMethod.Name)
        {
            case "Concat":
                foreach (var piece in StringMethods.Pieces(call, flow))
                    Add(piece, piece.Syntax, depth + 1);
                break;
            case "Join" when call.Arguments.Length > 1:
                AddJoin(call, depth);
                break;
            case "Format":
                AddFormat(call, depth);
                break;
            case "Create" when call.Arguments.Select(static each => Operations.Inner(each.Value)).OfType<IInterpolatedStringOperation>()
                .FirstOrDefault() is { } interpolated:
                AddInterpolated(interpolated, depth);
                break;
            default:
                AddPart(StringPartKind.Hole, Hole, call.Syntax, call);
                break;
        }
    }

    private void AddJoin(IInvocationOperation call, int depth)
    {
        var between = call.Arguments[0].Value;
        var separator = known.TextOf(between) ?? Hole;
        var first = true;
        foreach (var piece in StringMethods.Pieces(call, flow).Skip(1))
        {
            if (!first)
                AddPart(StringPartKind.Inserted, separator, between.Syntax, between);
            first = false;
            Add(piece, piece.Syntax, depth + 1);
        }
    }

    private void AddFormat(IInvocationOperation call, int depth)
    {
        var pieces = StringMethods.Pieces(call, flow).ToArray();
        for (var i = 0; i < pieces.Length && i < 2; i++)
        {
            var format = Operations.Inner(pieces[i]);
            if (known.Of(format) is not { } text || text.IndexOf('{') < 0)
                continue;
            AddFormat(text, format, pieces.Skip(i + 1).ToArray(), depth);
            return;
        }

        foreach (var piece in pieces)
            Add(piece, piece.Syntax, depth + 1);
    }

    private void AddFormat(string format, IOperation operation, IOperation[] values, int depth)
    {
        var isLiteral = operation is ILiteralOperation;
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
            if (int.TryParse(digits, NumberStyles.Integer, CultureInfo.InvariantCulture, out var index) && index >= 0
                && index < values.Length)
                Add(values[index], values[index].Syntax, depth + 1);
            else
                AddPart(StringPartKind.Hole, Hole, operation.Syntax, null);
            i = close;
            run = close + 1;
        }

        AddRun(run, format.Length);

        void AddRun(int from, int to)
        {
            if (to > from)
                AddPart(isLiteral ? StringPartKind.Literal
                : StringPartKind.Reference, format.Substring(from, to - from), operation.Syntax, operation, isLiteral
                ? operation.Syntax.GetFirstToken() : default, from);
        }
    }
}
