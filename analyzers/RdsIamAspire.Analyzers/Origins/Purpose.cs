namespace RdsIamAspire.Analyzers.Origins;

/// <summary>What a string is for, by where it goes: into a MySQL API, into another database's, or past a neighbour that tells. Goes up from
/// the string through the operations around it, and on through the variables that hold it.</summary>
internal sealed class Purpose(SourceFile file)
{
    private const int MaximumDepth = 2;
    private const int MostUses = 64;

    private readonly HashSet<ISymbol> _followed = new(SymbolEqualityComparer.Default);

    /// <summary>The string reaches an API that takes nothing but a MySQL connection string.</summary>
    public bool IsMySqlSink { get; private set; }

    /// <summary>The driver behind that API, when it is known.</summary>
    public MySqlDrivers Driver { get; private set; }

    /// <summary>What stands around the string says; the nearest that says anything.</summary>
    public Leaning Leaning { get; private set; }

    /// <summary>SslMode is given to the same connection by other means: a builder's property, a longer string.</summary>
    public bool SetsTlsElsewhere { get; private set; }

    public static Purpose Of(StringValue value, SourceFile file)
    {
        var purpose = new Purpose(file);
        if (value.Operation is { } operation)
            purpose.Climb(operation, 0);
        if (value.Variable is { } variable)
            purpose.Follow(variable, 0);
        return purpose;
    }

    private void Lean(Leaning leaning)
    {
        if (Leaning == Leaning.Unknown)
            Leaning = leaning;
    }

    private void Lean(string? name) => Lean(DatabaseNames.Of(name));

    private void Sink(MySqlDrivers driver)
    {
        IsMySqlSink = true;
        if (Driver == MySqlDrivers.None)
            Driver = driver;
    }

    private void Climb(IOperation operation, int depth)
    {
        // What a call makes of the string is not the string any more: its names tell, its uses do not.
        var isString = true;
        // An operand is no connection string: what takes the sum does not take it.
        var isWhole = true;
        for (var node = operation; node.Parent is { } parent; node = parent)
        {
            file.CancellationToken.ThrowIfCancellationRequested();
            switch (parent)
            {
                case IArgumentOperation { Parent: IPropertyReferenceOperation indexed }:
                    Lean(indexed.Instance?.Syntax.ToString());
                    isString = false;
                    break;
                case IArgumentOperation or IConversionOperation:
                    break;
                case IInvocationOperation or IObjectCreationOperation or IDynamicInvocationOperation or IDynamicObjectCreationOperation
                    or IInvalidOperation:
                    if (Call.Of(parent) is { } call && call.Receiver != node)
                    {
                        ReadCall(call, node, isWhole);
                        isString = false;
                    }

                    break;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }:
                    ReadVariable(declarator.Symbol, declarator.Symbol.Type, isString, depth);
                    break;
                case IVariableInitializerOperation { Parent: IVariableDeclarationOperation { Declarators: { Length: 1 } declarators } }:
                    ReadVariable(declarators[0].Symbol, declarators[0].Symbol.Type, isString, depth);
                    break;
                case IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields }:
                    ReadVariable(fields[0], fields[0].Type, isString, depth);
                    return;
                case IPropertyInitializerOperation { InitializedProperties: { Length: > 0 } properties }:
                    ReadVariable(properties[0], properties[0].Type, isString, depth);
                    return;
                case IParameterInitializerOperation initializer:
                    ReadVariable(initializer.Parameter, initializer.Parameter.Type, isString, depth);
                    return;
                case IAssignmentOperation assignment when assignment.Value == node:
                    ReadTarget(assignment.Target, isString, depth);
                    break;
                case IBinaryOperation or IInterpolationOperation:
                    isString = false;
                    isWhole = false;
                    break;
                case IMethodBodyOperation or IConstructorBodyOperation or ILocalFunctionOperation:
                    return;
                default:
                    if (Neighbours.Around(parent, node) is var told && told != Leaning.Unknown)
                        Lean(told);
                    break;
            }

            if (parent is IBlockOperation or ISwitchCaseOperation && (IsMySqlSink || Leaning != Leaning.Unknown))
                return;
        }
    }

    private void ReadVariable(ISymbol symbol, ITypeSymbol type, bool isString, int depth)
    {
        Lean(symbol.Name);
        if (type.SpecialType != SpecialType.System_String)
            Lean(type.Name);
        if (isString && (type.SpecialType is SpecialType.System_String or SpecialType.System_Object || StringMethods.IsBuilder(type)
            || type.TypeKind == TypeKind.Error))
            Follow(symbol, depth);
    }

    private void ReadCall(Call call, IOperation argument, bool isWhole)
    {
        var position = 0;
        while (position < call.Arguments.Count && call.Arguments[position].Value != argument
            && call.Arguments[position].Value != Operations.Outer(argument)
            && call.Arguments[position].Value != (argument as IArgumentOperation)?.Value)
            position++;
        if (StringMethods.Composes(call.Operation) || StringMethods.Appends(call.Operation) || StringMethods.CreatesBuilder(call.Operation))
            return;
        // A builder of another kind (Aspire's ReferenceExpressionBuilder): its other pieces may bring SslMode.
        if (IsAppend(call) && Operations.Symbol(call.Receiver!) is { } builder)
            SetsTlsElsewhere |= file.Flow.References(builder).Any(reference => Call.Of(Operations.Outer(reference).Parent) is { } other
                && IsAppend(other) && SpeaksOfTls(other.Arguments[0].Value));
        switch (Sinks.Of(call, position, file))
        {
            case SinkKind.MySql when !isWhole:
                Lean(Leaning.MySql);
                return;
            case SinkKind.MySql:
                Sink(Sinks.DriverOf(call, file));
                if (call.Type is { } type && (DriverTypes.IsBuilder(type) || DriverTypes.IsDataSourceBuilder(type)))
                    SetsTlsElsewhere |= BuilderUses.SetsTls(call.Operation, file);
                return;
            case SinkKind.Search:
                SetsTlsElsewhere = true;
                break;
            case SinkKind.Other:
                Lean(Leaning.Other);
                break;
        }

        Lean(Neighbours.Beside(call, position));
        Lean(call.Name);
        if (call.IsCreation)
            Lean(call.Type?.TypeKind == TypeKind.Error ? null : call.Type?.Name);
        else
            Lean(call.ReceiverText);
    }

    private static bool IsAppend(Call call) =>
        call is { Receiver: not null, Arguments.Count: > 0 } && call.Name.StartsWith("Append", StringComparison.Ordinal);

    private bool SpeaksOfTls(IOperation added) => file.Strings.Compose(added).Text.Has("ssl");

    private void ReadTarget(IOperation target, bool isString, int depth)
    {
        if (target is IPropertyReferenceOperation { Arguments.Length: > 0 } indexed)
        {
            foreach (var argument in indexed.Arguments)
                Lean(Neighbours.Says(argument.Value));
            Lean(indexed.Instance is IInstanceReferenceOperation ? null : indexed.Instance?.Syntax.ToString());
            return;
        }

        var symbol = Operations.Symbol(target);
        var receiver = Operations.Instance(target);
        if (symbol is IPropertySymbol property)
        {
            if (file.Settings.IsExtraSink(property))
                Sink(MySqlDrivers.None);
            var driver = property.Name == "ConnectionString" ? DriverTypes.DriverOf(receiver?.Type ?? property.ContainingType)
                : MySqlDrivers.None;
            if (driver != MySqlDrivers.None)
            {
                Sink(driver);
                if (target.Parent?.Parent is IObjectOrCollectionInitializerOperation { Parent: { } creation })
                    SetsTlsElsewhere |= BuilderUses.SetsTls(creation, file);
            }
        }

        // [Fact(DisplayName = "…")]: words for a person.
        if (symbol is IPropertySymbol && symbol.ContainingType.Name.EndsWith("Attribute", StringComparison.Ordinal)
            && TextNames.Tells(symbol.Name))
            Lean(Leaning.Other);
        Lean(symbol?.Name ?? (target is IDynamicMemberReferenceOperation dynamic ? dynamic.MemberName : target.Syntax.ToString()));
        // A member of an object beside the one that is given the string tells what the object is for.
        if (target.Parent?.Parent is IObjectOrCollectionInitializerOperation initializer)
            Lean(Neighbours.Around(initializer, target.Parent));
        if (symbol is ILocalSymbol or IParameterSymbol or IFieldSymbol or IPropertySymbol
            && receiver is null or IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance })
        {
            if (isString)
                Follow(symbol!, depth);
            return;
        }

        Lean(receiver?.Type?.Name);
        Lean(receiver is null or IInstanceReferenceOperation ? null : receiver.Syntax.ToString());
    }

    // Where a variable that holds the string goes.
    private void Follow(ISymbol symbol, int depth)
    {
        if (depth >= MaximumDepth || !_followed.Add(symbol))
            return;
        var uses = 0;
        foreach (var reference in file.Flow.References(symbol))
        {
            if (ValueFlow.IsTarget(reference) || uses++ > MostUses)
                continue;
            // sb.ToString(), cs.Replace(…)
            var value = Operations.Outer(reference);
            while (value.Parent is IInvocationOperation { TargetMethod.Name: "ToString" or "Trim" or "Replace" or "Append" } call
                && call.Instance == value)
                value = Operations.Outer(call);
            if (reference.Parent is IAssignmentOperation { Value: { } added } append && append.Target == reference)
            {
                SetsTlsElsewhere |= SpeaksOfTls(added);
                continue;
            }

            if (value.Parent is IBinaryOperation or IInterpolationOperation)
            {
                var top = value;
                while (top.Parent is IBinaryOperation or IInterpolationOperation or IInterpolatedStringOperation or IConversionOperation
                    or IParenthesizedOperation)
                    top = top.Parent;
                SetsTlsElsewhere |= file.Strings.Compose(top).Parsed.Has(MySqlKey.SslMode);
                value = top;
            }

            Climb(value, depth + 1);
        }
    }
}
