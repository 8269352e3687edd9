namespace RdsIamAspire.Analyzers.Origins;

/// <summary>Tells the types of the two MySQL drivers.</summary>
internal static class DriverTypes
{
    /// <summary>The driver that declares a type or one of its base types.</summary>
    public static MySqlDrivers DriverOf(ITypeSymbol? type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            var space = current.ContainingNamespace;
            if (space is null || space.IsGlobalNamespace)
                continue;
            if (space is { Name: "MySqlConnector", ContainingNamespace.IsGlobalNamespace: true })
                return MySqlDrivers.MySqlConnector;
            if (space is
                {
                    Name: "MySqlClient",
                    ContainingNamespace:
                    {
                        Name: "Data",
                        ContainingNamespace: { Name: "MySql", ContainingNamespace.IsGlobalNamespace: true }
                    }
                })
                return MySqlDrivers.MySqlData;
        }

        return MySqlDrivers.None;
    }

    public static bool IsBuilder(ITypeSymbol? type) => Is(type, "MySqlConnectionStringBuilder")
        || Is(type, "MySqlBaseConnectionStringBuilder");

    public static bool IsConnection(ITypeSymbol? type) => Is(type, "MySqlConnection");

    public static bool IsDataSource(ITypeSymbol? type) => Is(type, "MySqlDataSource");

    public static bool IsDataSourceBuilder(ITypeSymbol? type) => Is(type, "MySqlDataSourceBuilder");

    /// <summary>True for the connection of another ADO.NET driver: it comes from another assembly, and derives from DbConnection.</summary>
    public static bool IsOtherDriversConnection(ITypeSymbol? type, Compilation compilation)
    {
        if (type is null || type.TypeKind == TypeKind.Error
            || SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly) || DriverOf(type) != MySqlDrivers.None)
            return false;
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (current is { Name: "DbConnection", ContainingNamespace: { Name: "Common", ContainingNamespace.Name: "Data" } })
                return true;
        }

        return false;
    }

    /// <summary>True for a driver's type of that name, for one derived from it, and for one of that name that could not be
    /// resolved.</summary>
    public static bool Is(ITypeSymbol? type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == name && (current.TypeKind == TypeKind.Error || DriverOf(current) != MySqlDrivers.None))
                return true;
        }

        return false;
    }
}
