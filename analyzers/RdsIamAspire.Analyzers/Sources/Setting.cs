namespace RdsIamAspire.Analyzers.Sources;

/// <summary>How a setting is written, so that a fix knows what it has before it.</summary>
internal enum SettingForm
{
    /// <summary>builder.Password = …, builder["Password"] = …, builder.Add("Password", …), { Password = … }</summary>
    Assignment,

    /// <summary>(builder.Server, builder.Password) = (…, …)</summary>
    Tuple,

    /// <summary>new("MYSQL_PWD", …), KeyValuePair.Create("MYSQL_PWD", …)</summary>
    Pair,
}

/// <summary>A value that is given to a named setting of something: by property, indexer, Add, an initializer, a pair. Its key is the
/// property's name, or the text of the key operation, which a property has not; the whole is what a fix takes out: the assignment, the
/// element, the call.</summary>
internal sealed record Setting(IOperation? Receiver, ITypeSymbol? ReceiverType, string Key, IOperation? KeyOperation, IOperation Value,
    SyntaxNode Whole, SettingForm Form)
{
    /// <summary>The setting that a property or indexer is the target of, or null.</summary>
    public static Setting? OfTarget(IOperation target, string? constantKey = null)
    {
        switch (target)
        {
            case IPropertyReferenceOperation:
                break;
            case IDynamicIndexerAccessOperation dynamic when constantKey is not null && Assigned(dynamic) is { } given:
                return new(dynamic.Operation, null, constantKey, dynamic.Arguments[0], given.Value, given.Whole, given.Form);
            case IInvalidOperation unresolved when Assigned(unresolved) is { } given: return OfUnresolved(unresolved, given);
            default: return null;
        }

        var property = (IPropertyReferenceOperation)target;
        var key = property.Arguments.Length == 0 ? property.Property.Name : constantKey ?? Operations.Constant(property.Arguments[0].Value);
        if (key is null || Assigned(property) is not { } assigned)
            return null;
        var keyOperation = property.Arguments.Length == 0 ? null : property.Arguments[0].Value;
        return new(property.Instance, property.Instance?.Type, key, keyOperation, assigned.Value, assigned.Whole, assigned.Form);
    }

    /// <summary>The setting that a value is the key of, or null.</summary>
    /// <param name="key">A literal, or a reference of a constant.</param>
    public static Setting? OfKey(IOperation key)
    {
        if (Operations.Constant(key) is not { } name)
            return null;
        var outer = Operations.Outer(key);
        switch (outer.Parent)
        {
            case IArgumentOperation { Parent: IPropertyReferenceOperation { Arguments.Length: 1 } indexed }: return OfTarget(indexed, name);
            case IDynamicIndexerAccessOperation { Arguments.Length: 1 } indexed: return OfTarget(indexed, name);
            case IInvalidOperation indexed when SourceLanguage.Of(indexed.Language).IsIndexer(indexed.Syntax):
                return OfTarget(indexed, name);
        }

        return Call.Taking(key) is { } taken ? OfCall(taken.Call, taken.Position, name, outer) : null;
    }

    /// <summary>The settings that an initializer gives.</summary>
    public static IEnumerable<Setting> In(IOperation? creation)
    {
        var initializer = creation switch
        {
            IObjectCreationOperation created => created.Initializer,
            IObjectOrCollectionInitializerOperation own => own,
            _ => creation?.ChildOperations.OfType<IObjectOrCollectionInitializerOperation>().FirstOrDefault(),
        };
        foreach (var each in initializer?.Initializers ?? ImmutableArray<IOperation>.Empty)
        {
            switch (each)
            {
                case ISimpleAssignmentOperation assignment when OfTarget(assignment.Target) is { } setting:
                    yield return setting;
                    break;
                case IInvocationOperation { Arguments.Length: 2 } add when Operations.Constant(add.Arguments[0].Value) is { } key:
                    yield return new(add.Instance, add.Instance?.Type, key, add.Arguments[0].Value, add.Arguments[1].Value, add.Syntax,
                        SettingForm.Assignment);
                    break;
                case IMemberInitializerOperation member:
                    foreach (var inner in In(member.Initializer))
                        yield return inner;
                    break;
            }
        }
    }

    /// <summary>The setting that is given at a reference of a variable: variable.Password = …, variable["…"] = …, variable.Add("…",
    /// …).</summary>
    public static IEnumerable<Setting> At(IOperation reference)
    {
        var outer = Operations.Outer(reference);
        switch (outer.Parent)
        {
            case IPropertyReferenceOperation property when property.Instance == outer:
                if (OfTarget(property) is { } setting)
                    yield return setting;
                else if (property.Property.Name == "ConnectionStringBuilder")
                {
                    foreach (var inner in At(property))
                        yield return inner;
                }

                break;
            case IInvocationOperation { Arguments.Length: 2 } call
                when call.Instance == outer && Operations.Constant(call.Arguments[0].Value) is { } key:
                if (Call.Of(call) is { } called && OfCall(called, 0, key, call.Arguments[0].Value) is { } added)
                    yield return added;
                break;
            case IInvalidOperation unresolved when OfTarget(unresolved) is { } given:
                yield return given;
                break;
        }
    }

    private static Setting? OfCall(Call call, int position, string key, IOperation keyOperation)
    {
        var other = position == 0 ? 1 : 0;
        if (call.Arguments.Count <= other || position > 1)
            return null;
        if (call.IsCreation || call.Name == "Create")
        {
            return position == 0 && call.Arguments.Count == 2
                ? new(null, null, key, keyOperation, call.Arguments[1].Value, call.Operation.Syntax, SettingForm.Pair)
                : null;
        }

        // SetEnvironmentVariable(value: "…", variable: "…") is as good as the order of the parameters.
        if (position == 1 && call.Arguments[0].Name != "value")
            return null;
        return call.Name is "Add" or "TryAdd" or "WithEnvironment" or "SetEnvironmentVariable" or "AddEnvironment"
            or "AddEnvironmentVariable"
            ? new(call.Receiver, call.Receiver?.Type, key, keyOperation, call.Arguments[other].Value, call.Operation.Syntax,
            SettingForm.Assignment)
            : null;
    }

    // A member of a type that does not resolve, as in a file whose packages are not restored: its name is what the source says.
    private static Setting? OfUnresolved(IInvalidOperation target, (IOperation Value, SyntaxNode Whole, SettingForm Form) given)
    {
        var receiver = target.ChildOperations.FirstOrDefault(static each => each is not ILiteralOperation);
        if (receiver is { Kind: OperationKind.None })
            receiver = receiver.ChildOperations.FirstOrDefault() ?? receiver;
        var language = SourceLanguage.Of(target.Language);
        if (language.IsIndexer(target.Syntax))
            return target.ChildOperations.FirstOrDefault(static each => each is ILiteralOperation) is { } key
                && Operations.Constant(key) is { } text
                ? new(receiver, receiver?.Type, text, key, given.Value, given.Whole, given.Form) : null;
        return language.MemberName(target.Syntax) is { } name
            ? new(receiver, receiver?.Type, name, null, given.Value, given.Whole, given.Form) : null;
    }

    private static (IOperation Value, SyntaxNode Whole, SettingForm Form)? Assigned(IOperation target)
    {
        switch (target.Parent)
        {
            case ISimpleAssignmentOperation assignment when assignment.Target == target:
                return (assignment.Value, assignment.Syntax, SettingForm.Assignment);
            case ICoalesceAssignmentOperation fallback when fallback.Target == target:
                return (fallback.Value, fallback.Syntax, SettingForm.Assignment);
            case ITupleOperation { Parent: IDeconstructionAssignmentOperation deconstruction } tuple when deconstruction.Target == tuple
                && Operations.Inner(deconstruction.Value) is ITupleOperation values && tuple.Elements.IndexOf(target) is var index
                && index < values.Elements.Length:
                return (values.Elements[index], values.Elements[index].Syntax, SettingForm.Tuple);
            default: return null;
        }
    }
}
