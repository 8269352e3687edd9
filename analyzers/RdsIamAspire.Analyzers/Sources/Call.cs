namespace RdsIamAspire.Analyzers.Sources;

/// <summary>An argument as it is written, the receiver of an extension method left out.</summary>
internal sealed record CallArgument(IOperation Value, string? Name);

/// <summary>A call or creation, resolved, dynamic or not resolved at all: then its names are what the source says.</summary>
/// <param name="Operation">The call.</param>
/// <param name="Name">The method's name; for a creation the type's.</param>
/// <param name="Type">The type that is created, else the type that the method belongs to.</param>
/// <param name="Method">The method, where it is known.</param>
/// <param name="Receiver">What the call is made on; of an extension method the first argument.</param>
/// <param name="Arguments">The others.</param>
internal sealed record Call(IOperation Operation, string Name, ITypeSymbol? Type, IMethodSymbol? Method, IOperation? Receiver,
    IReadOnlyList<CallArgument> Arguments)
{
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
                return new(call, isConstructor ? call.TargetMethod.ContainingType.Name : call.TargetMethod.Name,
                    call.TargetMethod.ContainingType, call.TargetMethod, call.Instance ?? (isExtension ? call.Arguments[0].Value : null),
                    Written(call.Arguments, isExtension));
            case IObjectCreationOperation created:
                return new(created, created.Type?.Name ?? "", created.Type, created.Constructor, null,
                    Written(created.Arguments, isExtension: false));
            case IDynamicInvocationOperation call:
                var member = call.Operation as IDynamicMemberReferenceOperation;
                return new(call, member?.MemberName ?? "", null, null, member?.Instance, Written(call.Arguments));
            case IDynamicObjectCreationOperation created:
                return new(created, created.Type?.Name ?? "", created.Type, null, null, Written(created.Arguments));
            case IInvalidOperation invalid: return Unresolved(invalid);
            default: return null;
        }
    }

    /// <summary>The call that is made on a value, or null.</summary>
    public static Call? On(IOperation value)
    {
        var outer = Operations.Outer(value);
        var owner = outer.Parent is IArgumentOperation { IsImplicit: true, Parent: { } called } ? called : outer.Parent;
        return Of(owner) is { Receiver: { } receiver } call && Operations.Outer(receiver) == outer ? call : null;
    }

    /// <summary>The call that takes a value as one of its arguments, and which one.</summary>
    public static (Call Call, int Position)? Taking(IOperation value)
    {
        var outer = Operations.Outer(value);
        var owner = outer.Parent is IArgumentOperation { Parent: { } called } ? called : outer.Parent;
        if (Of(owner) is not { } call)
            return null;
        var position = call.Arguments.ToList().FindIndex(argument => Operations.Outer(argument.Value) == outer);
        return position < 0 ? null : (call, position);
    }

    /// <summary>The argument for a parameter: by its name, else by its position where the method is not known.</summary>
    public IOperation? Argument(string name, int position) => Arguments.FirstOrDefault(argument => argument.Name == name)?.Value
        ?? (position < Arguments.Count && Arguments[position].Name is null ? Arguments[position].Value : null);

    private static List<CallArgument> Written(IEnumerable<IArgumentOperation> arguments, bool isExtension) =>
        [.. arguments.Where(each => each.ArgumentKind != ArgumentKind.DefaultValue
            && (!isExtension || !each.IsImplicit || each.ArgumentKind == ArgumentKind.ParamArray))
            .Select(static each => new CallArgument(each.Value, each.Parameter?.Name))];

    private static List<CallArgument> Written(IEnumerable<IOperation> arguments) =>
        [.. arguments.Select(static each => new CallArgument(each, NameColon(each)))];

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
                arguments.Add(new(child, NameColon(child)));
            else if (!isCreation)
                receiver ??= child is { Kind: OperationKind.None } ? child.ChildOperations.FirstOrDefault() ?? child : child;
        }

        return new(invalid, callee is null ? invalid.Type?.Name ?? "" : language.LastName(callee), isCreation ? invalid.Type : null, null,
            receiver, arguments);
    }
}
