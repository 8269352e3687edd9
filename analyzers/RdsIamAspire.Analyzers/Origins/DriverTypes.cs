namespace RdsIamAspire.Analyzers.Origins;

/// <summary>Tells the types of the two MySQL drivers.</summary>
internal static class DriverTypes
{
    /// <summary>The driver that declares a type or one of its base types.</summary>
    public static MySqlDrivers DriverOf(ITypeSymbol? type) => Bases(type).Select(static each => each.ContainingNamespace switch
    {
        { Name: "MySqlConnector", ContainingNamespace.IsGlobalNamespace: true } => MySqlDrivers.MySqlConnector,
        {
            Name: "MySqlClient",
            ContainingNamespace: { Name: "Data", ContainingNamespace: { Name: "MySql", ContainingNamespace.IsGlobalNamespace: true } },
        } => MySqlDrivers.MySqlData,
        _ => MySqlDrivers.None,
    }).FirstOrDefault(static driver => driver != MySqlDrivers.None);

    public static bool IsBuilder(ITypeSymbol? type) =>
        Is(type, "MySqlConnectionStringBuilder") || Is(type, "MySqlBaseConnectionStringBuilder");

    public static bool IsConnection(ITypeSymbol? type) => Is(type, "MySqlConnection");

    public static bool IsDataSource(ITypeSymbol? type) => Is(type, "MySqlDataSource");

    public static bool IsDataSourceBuilder(ITypeSymbol? type) => Is(type, "MySqlDataSourceBuilder");

    /// <summary>True for the connection of another ADO.NET driver: it comes from another assembly, and derives from DbConnection.</summary>
    public static bool IsOtherDriversConnection(ITypeSymbol? type, Compilation compilation) =>
        type is { TypeKind: not TypeKind.Error } && !SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly)
        && DriverOf(type) == MySqlDrivers.None && Bases(type.BaseType).Any(static each =>
            each is { Name: "DbConnection", ContainingNamespace: { Name: "Common", ContainingNamespace.Name: "Data" } });

    /// <summary>True for a driver's type of that name, for one derived from it, and for one of that name that could not be
    /// resolved.</summary>
    public static bool Is(ITypeSymbol? type, string name) => Bases(type).Any(each =>
        each.Name == name && (each.TypeKind == TypeKind.Error || DriverOf(each) != MySqlDrivers.None));

    private static IEnumerable<ITypeSymbol> Bases(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
            yield return current;
    }
}
