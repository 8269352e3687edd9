namespace RdsIamAspire.Analyzers.Origins;

/// <summary>Tells whether what is given a setting is a MySQL builder or data source, also where it is only known as something more
/// general.</summary>
internal static class Receivers
{
    public static bool IsMySql(Setting setting, SourceFile file)
    {
        var type = setting.ReceiverType;
        if (IsMySqlType(type))
            return true;
        // A DbConnectionStringBuilder, an IDictionary, an unresolved name: what was it made as, and where does it go?
        if (setting.Receiver is not { } receiver || type is not null && type.TypeKind != TypeKind.Error
            && type.Name is not ("DbConnectionStringBuilder" or "IDictionary"))
            return false;
        return IsMySql(receiver, file, 0);
    }

    private static bool IsMySqlType(ITypeSymbol? type) => DriverTypes.IsBuilder(type) || DriverTypes.IsDataSource(type);

    private static bool IsMySql(IOperation receiver, SourceFile file, int depth) => Operations.Inner(receiver) switch
    {
        { Type: var type } and (IObjectCreationOperation or IInvalidOperation) when IsMySqlType(type) => true,
        IInvocationOperation { TargetMethod.Name: "CreateConnectionStringBuilder", Instance: { } factory } =>
            DriverTypes.DriverOf(factory.Type) != MySqlDrivers.None,
        // new DbConnectionStringBuilder { ["Password"] = … }: the initializer's own receiver.
        IInstanceReferenceOperation own => BuilderUses.CreationsOf(own, file)
            .Any(creation => BuilderUses.VariableOf(creation) is { } held && Ends(held, file)),
        var other => depth <= 2 && Operations.Symbol(other) is { } symbol && (Ends(symbol, file)
            || file.Flow.Writes(symbol).Any(write => write.Value is { } value && IsMySql(value, file, depth + 1))),
    };

    // new MySqlConnection(builder.ConnectionString), new MySqlConnection(builder.ToString())
    private static bool Ends(ISymbol builder, SourceFile file) => file.Flow.References(builder).Any(reference =>
        Operations.Taker(reference) is { } text
        && text is IPropertyReferenceOperation { Property.Name: "ConnectionString" }
            or IInvocationOperation { TargetMethod.Name: "ToString" }
        && Call.Taking(text) is { } taken && Sinks.Of(taken.Call, taken.Position, file) == SinkKind.MySql);
}
