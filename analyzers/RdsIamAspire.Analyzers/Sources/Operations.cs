namespace RdsIamAspire.Analyzers.Sources;

/// <summary>Ways through a tree of operations that every rule goes. They are the same for C# and VB.</summary>
internal static class Operations
{
    /// <summary>An operation without the conversions and parentheses around it.</summary>
    public static IOperation Inner(IOperation operation)
    {
        while (operation switch
        {
            IConversionOperation conversion => conversion.Operand,
            IParenthesizedOperation parenthesized => parenthesized.Operand,
            IInterpolatedStringHandlerCreationOperation handler => handler.Content,
            IDelegateCreationOperation created => created.Target,
            _ => null,
        } is { } inner)
            operation = inner;
        return operation;
    }

    /// <summary>An operation with the conversions and parentheses around it.</summary>
    public static IOperation Outer(IOperation operation)
    {
        while (operation.Parent is IConversionOperation or IParenthesizedOperation or IInterpolatedStringHandlerCreationOperation
            or IDelegateCreationOperation)
            operation = operation.Parent;
        return operation;
    }

    /// <summary>The operation that takes a value, without the conversions between.</summary>
    public static IOperation? Taker(IOperation operation) => Outer(operation).Parent;

    public static bool IsNull(IOperation operation) =>
        Inner(operation) is var inner && (inner is IDefaultValueOperation || inner.ConstantValue is { HasValue: true, Value: null });

    public static string? Constant(IOperation operation) =>
        Inner(operation) is { ConstantValue: { HasValue: true, Value: string text } } ? text : null;

    /// <summary>True for the concatenation of strings.</summary>
    public static bool IsSum(IOperation operation) =>
        operation is IBinaryOperation
        {
            OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Concatenate, Type: null
        or { SpecialType: SpecialType.System_String } or { TypeKind: TypeKind.Dynamic or TypeKind.Error }
        };

    /// <summary>The symbol of a variable that an operation reads or writes: a local, parameter, field or property.</summary>
    public static ISymbol? Symbol(IOperation operation) => Inner(operation) switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation { Arguments.Length: 0 } property => property.Property,
        _ => null,
    };

    public static IOperation? Instance(IOperation operation) => operation switch
    {
        IMemberReferenceOperation member => member.Instance,
        IInvocationOperation call => call.Instance,
        _ => null,
    };

    /// <summary>The elements that a list is made of: an array, a collection initializer, a collection expression.</summary>
    public static IReadOnlyList<IOperation>? Elements(IOperation list)
    {
        list = Inner(list);
        switch (list)
        {
            case IArrayCreationOperation array: return array.Initializer?.ElementValues;
            case IArrayInitializerOperation initializer: return initializer.ElementValues;
            case IObjectCreationOperation { Initializer: { } initializer }
                when initializer.Initializers.All(static each => each is IInvocationOperation { Arguments.Length: 1 }):
                return [.. initializer.Initializers.Select(static each => ((IInvocationOperation)each).Arguments[0].Value)];
            default: return IsCollectionExpression(list) ? [.. list.ChildOperations] : null;
        }
    }

    // OperationKind.CollectionExpression of later compilers: [a, b], and what a params of spans is given. The compiler of C# 12 has no
    // kind of its own for it.
    public static bool IsCollectionExpression(IOperation operation) =>
        operation.Kind == (OperationKind)0x7F
        || operation.Kind is not (OperationKind.Invalid or OperationKind.Literal) && operation.Syntax.GetFirstToken().Text == "["
        && SourceLanguage.Of(operation.Language).IsCollection(operation.Syntax);

    /// <summary>The list that a value is an element of, or null.</summary>
    public static IOperation? ListAround(IOperation value)
    {
        var outer = Outer(value);
        switch (outer.Parent)
        {
            case IArrayInitializerOperation { Parent: IArrayCreationOperation array }: return Outer(array);
            case IArrayInitializerOperation bare: return bare;
            case IArgumentOperation
            {
                Parent: IInvocationOperation
                {
                    IsImplicit: true, Arguments.Length: 1,
                    Parent: IObjectOrCollectionInitializerOperation { Parent: IObjectCreationOperation creation }
                }
            }:
                return Outer(creation);
            case { } parent when IsCollectionExpression(parent): return Outer(parent);
            default: return null;
        }
    }

    /// <summary>What a function returns, functions within it left out.</summary>
    public static IEnumerable<IReturnOperation> Returns(IOperation body)
    {
        foreach (var child in body.ChildOperations)
        {
            if (child is IReturnOperation { Kind: OperationKind.Return } returned && !IsEndOfFunction(returned))
                yield return returned;
            if (child is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;
            foreach (var inner in Returns(child))
                yield return inner;
        }
    }

    // Visual Basic ends each function with a return of the variable that has the function's name, or none.
    private static bool IsEndOfFunction(IReturnOperation returned) =>
        returned is { IsImplicit: true, ReturnedValue: ILocalReferenceOperation { Local.IsFunctionValue: true } };

    /// <summary>An operation and all that is around it, from within.</summary>
    public static IEnumerable<IOperation> Upwards(IOperation operation)
    {
        for (var current = operation; current is not null; current = current.Parent)
            yield return current;
    }

    /// <summary>The body around an operation: of a method, an initializer, an attribute.</summary>
    public static IOperation Root(IOperation operation) => Upwards(operation).Last();
}
