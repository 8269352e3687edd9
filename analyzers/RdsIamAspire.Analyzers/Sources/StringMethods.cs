namespace RdsIamAspire.Analyzers.Sources;

/// <summary>The methods of the platform that put strings together.</summary>
internal static class StringMethods
{
    /// <summary>string.Format, Concat and Join.</summary>
    public static bool Composes(IOperation? operation) =>
        operation is IInvocationOperation
        {
            TargetMethod:
            {
                ContainingType.SpecialType: SpecialType.System_String, IsStatic: true,
                Name: "Format" or "Concat" or "Join" or "Create"
            }
        };

    public static bool IsBuilder(ITypeSymbol? type) =>
        type is { Name: "StringBuilder", ContainingNamespace: { Name: "Text", ContainingNamespace.Name: "System" } };

    /// <summary>A call that adds to a StringBuilder.</summary>
    public static bool Appends(IOperation? operation) =>
        operation is IInvocationOperation
        {
            TargetMethod:
            {
                Name: "Append" or "AppendLine" or "AppendFormat" or "AppendJoin"
        or "Insert", ContainingType: var type
            }
        } && IsBuilder(type);

    /// <summary>A creation of a StringBuilder.</summary>
    public static bool CreatesBuilder(IOperation? operation) => operation is IObjectCreationOperation created && IsBuilder(created.Type);

    /// <summary>What a call or creation puts together, lists taken apart.</summary>
    public static IEnumerable<IOperation> Pieces(IOperation operation, ValueFlow flow)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                foreach (var argument in call.Arguments)
                {
                    var elements = Operations.Elements(argument.Value);
                    if (elements is null && call.TargetMethod.Name is "Join" or "Concat"
                        && Operations.Symbol(argument.Value) is ILocalSymbol list && flow.Writes(list) is { Count: 1 } writes
                        && writes[0].Value is { } value)
                        elements = Operations.Elements(value);
                    if (elements is null)
                    {
                        yield return argument.Value;
                        continue;
                    }

                    foreach (var element in elements)
                        yield return element;
                }

                break;
            case IObjectCreationOperation { Arguments.Length: > 0 } created:
                yield return created.Arguments[0].Value;
                break;
        }
    }

    /// <summary>The operands of a sum in their order; the value itself when it is none. Walks without recursion: sums of thousands are
    /// real.</summary>
    public static IReadOnlyList<IOperation> Operands(IOperation operation)
    {
        var operands = new List<IOperation>();
        var current = Operations.Inner(operation);
        for (; current is IBinaryOperation sum && Operations.IsSum(sum); current = Operations.Inner(sum.LeftOperand))
            operands.Add(sum.RightOperand);
        operands.Add(current);
        operands.Reverse();
        return operands;
    }
}
