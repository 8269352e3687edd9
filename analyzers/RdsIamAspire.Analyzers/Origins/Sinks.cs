namespace RdsIamAspire.Analyzers.Origins;

/// <summary>What a call does with a string that it is given.</summary>
internal enum SinkKind
{
    None,

    /// <summary>It takes nothing but a connection string of MySQL.</summary>
    MySql,

    /// <summary>It makes the connection of another driver.</summary>
    Other,

    /// <summary>It looks for a piece of text: the rest of the connection string is not seen.</summary>
    Search,
}

/// <summary>The table of APIs that take connection strings.</summary>
internal static class Sinks
{
    public static SinkKind Of(Call call, int position, SourceFile file)
    {
        if (file.Settings.HasExtraSinks && file.Settings.IsExtraSink(call.Method))
            return SinkKind.MySql;
        if (call.IsCreation)
            return OfCreation(call, position, file);
        switch (call.Name)
        {
            case "UseMySql" or "UseMySQL" or "AddMySqlDataSource" or "AddKeyedMySqlDataSource" or "UseMySqlConnector":
            case "AddMySql" when position == 0 && call.Operation.Syntax.ToString()
                .Has("HealthCheck"):
            case "AutoDetect" when call.Type?.Name == "ServerVersion"
                || call.ReceiverText.EndsWith("ServerVersion", StringComparison.Ordinal):
                return IsOwn(call, position, file) ? SinkKind.None : SinkKind.MySql;
            case "StartsWith" or "EndsWith" or "Contains" or "DoesNotContain" or "IndexOf"
                when call.Type is null or { SpecialType: SpecialType.System_String } || call.Name == "DoesNotContain"
                || call.Name == "Contains":
                return SinkKind.Search;
            default:
                return position == 0
                    && (DriverTypes.Is(call.Type, "MySqlHelper") || call.Type is null && call.ReceiverText == "MySqlHelper")
                    ? SinkKind.MySql : SinkKind.None;
        }
    }

    /// <summary>The driver of a call that is MySQL's.</summary>
    public static MySqlDrivers DriverOf(Call call, SourceFile file) =>
        file.Drivers.OnlyDriver is var only && only != MySqlDrivers.None ? only
        : DriverTypes.DriverOf(call.Type) is var direct && direct != MySqlDrivers.None ? direct
        : DriverTypes.DriverOf(call.Method?.ContainingType);

    private static SinkKind OfCreation(Call call, int position, SourceFile file)
    {
        var type = call.Type;
        switch (call.Name)
        {
            case "MySqlConnection" or "MySqlDataSource" or "MySqlConnectionStringBuilder" or "MySqlDataSourceBuilder" when position == 0:
            case "MySqlDataAdapter" when position == 1:
                return type is null or IErrorTypeSymbol || DriverTypes.DriverOf(type) != MySqlDrivers.None ? SinkKind.MySql : SinkKind.None;
            default:
                // class Orders : MySqlConnection
                if (position == 0 && (DriverTypes.IsConnection(type) || DriverTypes.IsBuilder(type)))
                    return SinkKind.MySql;
                return call.Name.EndsWith("Connection", StringComparison.Ordinal)
                    && DriverTypes.IsOtherDriversConnection(type, file.Model.Compilation) ? SinkKind.Other : SinkKind.None;
        }
    }

    // A method of one's own that has the name and takes something else than a connection string.
    private static bool IsOwn(Call call, int position, SourceFile file) =>
        call.Method is { } method && SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, file.Model.Compilation.Assembly)
        && !(position < call.Arguments.Count && call.Arguments[position].Name?.Has("conn") == true);
}
