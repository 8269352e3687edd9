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

    private static bool IsMySql(IOperation receiver, SourceFile file, int depth)
    {
        receiver = Operations.Inner(receiver);
        switch (receiver)
        {
            case IObjectCreationOperation or IInvalidOperation when IsMySqlType(receiver.Type): return true;
            case IInvocationOperation { TargetMethod.Name: "CreateConnectionStringBuilder", Instance: { } factory }:
                return DriverTypes.DriverOf(factory.Type) != MySqlDrivers.None;
            // new DbConnectionStringBuilder { ["Password"] = … }: the initializer's own receiver.
            case IInstanceReferenceOperation:
                return BuilderUses.CreationsOf(receiver, file)
                    .Any(creation => BuilderUses.VariableOf(creation) is { } held && Ends(held, file));
        }

        if (depth > 2 || Operations.Symbol(receiver) is not { } symbol)
            return false;
        foreach (var write in file.Flow.Writes(symbol))
        {
            if (write.Value is { } value && IsMySql(value, file, depth + 1))
                return true;
        }

        return Ends(symbol, file);
    }

    // new MySqlConnection(builder.ConnectionString), new MySqlConnection(builder.ToString())
    private static bool Ends(ISymbol builder, SourceFile file)
    {
        foreach (var reference in file.Flow.References(builder))
        {
            var text = Operations.Taker(reference) is IPropertyReferenceOperation { Property.Name: "ConnectionString" }
                or IInvocationOperation { TargetMethod.Name: "ToString" }
                ? Operations.Outer(reference).Parent
                : null;
            if (text is not null && Call.Taking(text) is { } taken && Sinks.Of(taken.Call, taken.Position, file) == SinkKind.MySql)
                return true;
        }

        return false;
    }
}
