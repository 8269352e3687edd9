namespace RdsIamAspire.Analyzers.Sources;

/// <summary>An argument as it is written, the receiver of an extension method left out.</summary>
internal sealed class CallArgument(IOperation value, IParameterSymbol? parameter, string? name)
{
    public IOperation Value { get; } = value;

    public IParameterSymbol? Parameter { get; } = parameter;

    public string? Name { get; } = parameter?.Name ?? name;
}

/// <summary>A call or creation, resolved, dynamic or not resolved at all: then its names are what the source says.</summary>
internal sealed class Call(IOperation operation, string name, ITypeSymbol? type, IMethodSymbol? method, IOperation? receiver,
    IReadOnlyList<CallArgument> arguments)
{
    public IOperation Operation { get; } = operation;

    /// <summary>The method's name; for a creation the type's.</summary>
    public string Name { get; } = name;

    /// <summary>The type that is created, else the type that the method belongs to.</summary>
    public ITypeSymbol? Type { get; } = type;

    public IMethodSymbol? Method { get; } = method;

    public IOperation? Receiver { get; } = receiver;

    public IReadOnlyList<CallArgument> Arguments { get; } = arguments;

    public bool IsCreation => Operation is IObjectCreationOperation or IDynamicObjectCreationOperation
        || Operation is IInvalidOperation && SourceLanguage.Of(Operation.Language).IsCreation(Operation.Syntax)
        || Method is { MethodKind: MethodKind.Constructor };

    /// <summary>The text of what the call is made on, where it is a plain name.</summary>
    public string ReceiverText =>
        SourceLanguage.Of(Operation.Language).ReceiverName(Operation.Syntax)
        ?? (Receiver is ILocalReferenceOperation or IFieldReferenceOperation or IParameterReferenceOperation
            ? Receiver.Syntax.ToString() : "");

    public static Call? Of(IOperation? operation)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                var isConstructor = call.TargetMethod.MethodKind == MethodKind.Constructor;
                var isExtension = call.Instance is null && call.TargetMethod.IsExtensionMethod && call.Arguments.Length > 0
                    && call.Arguments[0].IsImplicit;
                return new(call, isConstructor ? call.TargetMethod.ContainingType.Name
                    : call.TargetMethod.Name, call.TargetMethod.ContainingType, call.TargetMethod,
                    call.Instance ?? (isExtension ? call.Arguments[0].Value : null), Written(call.Arguments, isExtension ? 1 : 0));
            case IObjectCreationOperation created:
                return new(created, created.Type?.Name ?? "", created.Type, created.Constructor, null, Written(created.Arguments, 0));
            case IDynamicInvocationOperation call:
                var member = call.Operation as IDynamicMemberReferenceOperation;
                return new(call, member?.MemberName ?? "", null, null, member?.Instance, Written(call.Arguments));
            case IDynamicObjectCreationOperation created:
                return new(created, created.Type?.Name ?? "", created.Type, null, null, Written(created.Arguments));
            case IInvalidOperation invalid: return Unresolved(invalid);
            default: return null;
        }
    }

    /// <summary>The call that takes a value as one of its arguments, and which one.</summary>
    public static (Call Call, int Position)? Taking(IOperation value)
    {
        var outer = Operations.Outer(value);
        var owner = outer.Parent is IArgumentOperation { Parent: { } called } ? called : outer.Parent;
        if (Of(owner) is not { } call)
            return null;
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            if (call.Arguments[i].Value == outer || Operations.Outer(call.Arguments[i].Value) == outer)
                return (call, i);
        }

        return null;
    }

    /// <summary>The argument for a parameter: by its name, else by its position where the method is not known.</summary>
    public IOperation? Argument(string name, int position)
    {
        foreach (var argument in Arguments)
        {
            if (argument.Name == name)
                return argument.Value;
        }

        return position < Arguments.Count && Arguments[position].Name is null ? Arguments[position].Value : null;
    }

    private static List<CallArgument> Written(IReadOnlyList<IArgumentOperation> arguments, int skip)
    {
        var written = new List<CallArgument>();
        foreach (var argument in arguments)
        {
            if (argument.ArgumentKind != ArgumentKind.DefaultValue
                && (skip == 0 || !argument.IsImplicit || argument.ArgumentKind == ArgumentKind.ParamArray))
                written.Add(new(argument.Value, argument.Parameter, null));
        }

        return written;
    }

    private static List<CallArgument> Written(IEnumerable<IOperation> arguments) =>
        [.. arguments.Select(static each => new CallArgument(each, null, NameColon(each)))];

    private static string? NameColon(IOperation value) => SourceLanguage.Of(value.Language).ArgumentName(value.Syntax);

    private static Call? Unresolved(IInvalidOperation invalid)
    {
        var language = SourceLanguage.Of(invalid.Language);
        if (!language.IsCall(invalid.Syntax, out var callee))
            return null;
        var isCreation = language.IsCreation(invalid.Syntax);
        var arguments = new List<CallArgument>();
        IOperation? receiver = null;
        var end = callee?.Span.End ?? invalid.Syntax.SpanStart;
        foreach (var child in invalid.ChildOperations)
        {
            if (child.Syntax.SpanStart >= end && child is not IObjectOrCollectionInitializerOperation)
                arguments.Add(new(child, null, NameColon(child)));
            else if (!isCreation)
                receiver ??= child is { Kind: OperationKind.None } ? child.ChildOperations.FirstOrDefault() ?? child : child;
        }

        return new(invalid, callee is null ? invalid.Type?.Name ?? "" : language.LastName(callee), isCreation ? invalid.Type
            : null, null, receiver, arguments);
    }
}
