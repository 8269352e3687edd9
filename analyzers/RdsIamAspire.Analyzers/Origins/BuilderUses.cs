namespace RdsIamAspire.Analyzers.Origins;

/// <summary>What becomes of a builder, connection or data source that is made: its settings, wherever they are given, and the calls on
/// it.</summary>
internal static class BuilderUses
{
    /// <summary>The settings in the initializer and at the variable that holds it.</summary>
    public static IEnumerable<Setting> SettingsOf(IOperation creation, SourceFile file) =>
        VariableOf(creation) is { } variable ? Setting.In(creation).Concat(SettingsOf(variable, file)) : Setting.In(creation);

    /// <summary>The settings that are given at a variable, those of what it is made as included.</summary>
    public static IEnumerable<Setting> SettingsOf(ISymbol variable, SourceFile file) =>
        file.Flow.References(variable).SelectMany(Setting.At);

    /// <summary>The creations that a connection, builder or data source may come from.</summary>
    public static IEnumerable<IOperation> CreationsOf(IOperation receiver, SourceFile file)
    {
        receiver = Start(receiver);
        // An initializer's own receiver is what it stands in.
        if (receiver is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ImplicitReceiver })
            receiver = Operations.Upwards(receiver).FirstOrDefault(IsCreation) ?? receiver;
        if (IsCreation(receiver))
            return [receiver];
        return Operations.Symbol(receiver) is not { } symbol ? []
            : file.Flow.Writes(symbol).Select(static write => write.Value).OfType<IOperation>().Select(Start).Where(IsCreation);
    }

    // Of a type that does not resolve, too.
    private static bool IsCreation(IOperation operation) =>
        operation is IObjectCreationOperation
        || operation is IInvalidOperation && SourceLanguage.Of(operation.Language).IsCreation(operation.Syntax);

    /// <summary>The start of a fluent chain.</summary>
    public static IOperation Start(IOperation operation)
    {
        operation = Operations.Inner(operation);
        while (operation is IInvocationOperation && Call.Of(operation) is { Receiver: { } receiver })
            operation = Operations.Inner(receiver);
        return operation;
    }

    /// <summary>The local, field or property that a created object is put in; null when it is in none.</summary>
    public static ISymbol? VariableOf(IOperation creation) => Operations.Taker(creation) switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => declarator.Symbol,
        IVariableInitializerOperation { Parent: IVariableDeclarationOperation { Declarators: { Length: 1 } declarators } } =>
            declarators[0].Symbol,
        IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields } => fields[0],
        IPropertyInitializerOperation { InitializedProperties: { Length: > 0 } properties } => properties[0],
        ISimpleAssignmentOperation assignment when assignment.Value == Operations.Outer(creation) => Operations.Symbol(assignment.Target),
        _ => null,
    };

    /// <summary>True when the object that is made here is given an SslMode, or IAM, which brings one.</summary>
    public static bool SetsTls(IOperation creation, SourceFile file) =>
        IsAuthenticated(creation) || SettingsOf(creation, file).Any(static setting => SettingKeys.IsSslMode(setting.Key))
        || VariableOf(creation) is { } variable && file.Names.Has("UseRdsIamAuth") && file.Flow.References(variable).Any(IsAuthenticated);

    // x.UseRdsIamAuth(), anywhere in the chain of calls on it.
    private static bool IsAuthenticated(IOperation operation) => Call.On(operation) is { } call
        && (call.Name == "UseRdsIamAuth" || IsAuthenticated(call.Operation));
}
