namespace RdsIamAspire.Analyzers.Sources;

/// <summary>The string that an operation is sure to give, or may give by what stands in the source: a constant, a variable that is only
/// ever given constants, a function that returns one, the fall-back of <c>??</c>, an arm of a choice.</summary>
internal sealed class KnownValues(ValueFlow flow)
{
    private const int MaximumDepth = 6;

    private readonly Dictionary<ISymbol, string?> _known = new(SymbolEqualityComparer.Default);

    public string? Of(IOperation operation) => Of(operation, 0);

    /// <summary>The same, numbers and characters included, as text.</summary>
    public string? TextOf(IOperation operation) =>
        Of(operation, 0) ?? (Operations.Inner(operation).ConstantValue is { HasValue: true, Value: { } value }
        ? Convert.ToString(value, CultureInfo.InvariantCulture) : null);

    private string? Of(IOperation operation, int depth)
    {
        if (depth > MaximumDepth)
            return null;
        operation = Operations.Inner(operation);
        if (operation.ConstantValue is { HasValue: true, Value: var constant })
            return constant as string;
        switch (operation)
        {
            case ICoalesceOperation coalesce: return Of(coalesce.WhenNull, depth + 1);
            // Text that is put together of known parts.
            case IBinaryOperation sum when Operations.IsSum(sum):
                return Of(sum.LeftOperand, depth + 1) is { } left && Of(sum.RightOperand, depth + 1) is { } right ? left + right : null;
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                return Either(Of(conditional.WhenTrue, depth + 1), Of(otherwise, depth + 1));
            case ISwitchExpressionOperation choice: return First(choice.Arms.Select(arm => Of(arm.Value, depth + 1)));
            // b.Password = a = "…"
            case ISimpleAssignmentOperation assignment: return Of(assignment.Value, depth + 1);
            case IInvocationOperation call: return OfCall(call, depth);
            // new string("…")
            case IObjectCreationOperation { Type.SpecialType: SpecialType.System_String, Arguments.Length: 1 } created:
                return Of(created.Arguments[0].Value, depth + 1);
            case IMethodReferenceOperation group: return OfMethod(group.Method, depth);
            case IAnonymousFunctionOperation lambda: return OfReturns(lambda.Body, depth);
            default: return Operations.Symbol(operation) is { } symbol ? OfSymbol(symbol, depth) : null;
        }
    }

    // "…".Trim(), a function that returns what it was written with, a value that is only encoded.
    private string? OfCall(IInvocationOperation call, int depth)
    {
        switch (call.TargetMethod.Name)
        {
            case "Trim" or "TrimStart" or "TrimEnd" or "ToLower" or "ToLowerInvariant" or "ToUpper" or "ToUpperInvariant" or "ToString"
                or "Normalize"
                when call is { Instance: { } receiver, Arguments.Length: 0 } && receiver.Type?.SpecialType == SpecialType.System_String:
                return Of(receiver, depth + 1);
            case "GetString" when call.Arguments.Length == 1 && Operations.Inner(call.Arguments[0].Value) is IInvocationOperation
            {
                TargetMethod.Name: "FromBase64String" or "FromHexString", Arguments.Length: 1,
            } decoded:
                return Of(decoded.Arguments[0].Value, depth + 1);
            default: return call.Arguments.Length == 0 ? OfMethod(call.TargetMethod, depth) : null;
        }
    }

    private string? OfMethod(IMethodSymbol method, int depth) =>
        method.IsVirtual || method.IsAbstract || method.IsOverride || method.Parameters.Length > 0 ? null
            : Kept(method, () => OfBody(method, depth));

    // What a function of this file returns, when that is all known.
    private string? OfBody(ISymbol method, int depth)
    {
        if (method.DeclaringSyntaxReferences is not { Length: 1 } references || references[0].SyntaxTree != flow.File.Root.SyntaxTree)
            return null;
        var node = references[0].GetSyntax(flow.File.CancellationToken);
        return flow.OperationAt(node) is { } body ? OfReturns(body, depth) : null;
    }

    private string? OfReturns(IOperation body, int depth)
    {
        string? known = null;
        var start = body is ILocalFunctionOperation { Body: { } inner } ? inner : body;
        foreach (var returned in Operations.Returns(start))
        {
            if (returned.ReturnedValue is not { } value || Of(value, depth + 1) is not { } text)
                return null;
            known = NotEmpty(known) ?? text;
        }

        return known;
    }

    private string? OfSymbol(ISymbol symbol, int depth) => Kept(symbol, () => symbol switch
    {
        IPropertySymbol { GetMethod: { } getter } property
            when !property.IsVirtual && !property.IsOverride && OfBody(getter, depth) is { } computed => computed,
        ILocalSymbol or IFieldSymbol or IPropertySymbol when flow.IsWhollyHere(symbol) => OfWrites(symbol, depth),
        IFieldSymbol { IsReadOnly: true } or IPropertySymbol { SetMethod: null } or IPropertySymbol { SetMethod.IsInitOnly: true } =>
            Elsewhere(symbol),
        // A password that holds wherever the caller gives none.
        IParameterSymbol { HasExplicitDefaultValue: true, ExplicitDefaultValue: string given } parameter
            when PasswordNames.Tells(parameter.Name) => given,
        _ => null,
    });

    // A variable that is read while it is looked at is not known.
    private string? Kept(ISymbol symbol, Func<string?> find)
    {
        if (_known.TryGetValue(symbol, out var known))
            return known;
        _known[symbol] = null;
        return _known[symbol] = find();
    }

    private string? OfWrites(ISymbol symbol, int depth)
    {
        string? known = null;
        var isKnown = true;
        foreach (var write in flow.Writes(symbol))
        {
            if (write.Kind is WriteKind.Append or WriteKind.Unknown || write.Value is null)
                return null;
            var value = Of(write.Value, depth + 1);
            if (write.Kind == WriteKind.Fallback && NotEmpty(value) is { } fallback)
                return fallback;
            isKnown &= value is not null || IsEmptyString(write.Value) || Operations.IsNull(write.Value) && known is null;
            known = NotEmpty(value) ?? known;
        }

        return isKnown ? known : null;
    }

    private static bool IsEmptyString(IOperation value) => Operations.Inner(value) is
        IFieldReferenceOperation { Field: { Name: "Empty", ContainingType.SpecialType: SpecialType.System_String } };

    // What a field or property of another file is given for good.
    private string? Elsewhere(ISymbol symbol)
    {
        if (symbol.DeclaringSyntaxReferences is not { Length: 1 } references)
            return null;
        var declaration = references[0].GetSyntax(flow.File.CancellationToken);
        return NotEmpty(SourceLanguage.Of(declaration.Language).LiteralOf(declaration));
    }

    // Of two pieces with pairs the one that says more: "Pwd=;" or "Pwd=x;".
    private static string? Either(string? first, string? second) =>
        string.IsNullOrEmpty(first) || second is not null && second.Length > first!.Length && first.IndexOf('=') >= 0 ? second : first;

    private static string? First(IEnumerable<string?> values) => values.FirstOrDefault(static value => !string.IsNullOrEmpty(value));

    private static string? NotEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
