using Microsoft.CodeAnalysis;
using RdsIamAspire.Analyzers.ConnectionStrings;

namespace RdsIamAspire.Analyzers.Origins;

/// <summary>The database drivers that a compilation references, looked up once.</summary>
internal sealed class CompilationDrivers
{
    public CompilationDrivers(Compilation compilation)
    {
        if (compilation.GetTypeByMetadataName("MySqlConnector.MySqlConnection") is not null)
            MySql |= MySqlDrivers.MySqlConnector;
        if (compilation.GetTypeByMetadataName("MySql.Data.MySqlClient.MySqlConnection") is not null)
            MySql |= MySqlDrivers.MySqlData;
        foreach (var assembly in compilation.ReferencedAssemblyNames)
        {
            switch (assembly.Name)
            {
                case "Microsoft.Data.SqlClient" or "System.Data.SqlClient" or "Npgsql" or "Oracle.ManagedDataAccess" or "Microsoft.EntityFrameworkCore.SqlServer"
                    or "Npgsql.EntityFrameworkCore.PostgreSQL" or "FirebirdSql.Data.FirebirdClient":
                    HasOthers = true;
                    break;
                case "Pomelo.EntityFrameworkCore.MySql" or "MySql.EntityFrameworkCore" or "Aspire.Hosting.MySql" or "Aspire.MySqlConnector" or "RdsIamAspire.MySqlConnector":
                    IsMySqlProject = true;
                    break;
            }
        }

        IsMySqlProject |= MySql != MySqlDrivers.None;
    }

    public MySqlDrivers MySql { get; }

    public bool HasOthers { get; }

    public bool IsMySqlProject { get; }

    /// <summary>The driver when the compilation has exactly one.</summary>
    public MySqlDrivers OnlyDriver => MySql is MySqlDrivers.MySqlConnector or MySqlDrivers.MySqlData ? MySql : MySqlDrivers.None;

    /// <summary>What the references alone say of a connection string.</summary>
    public Leaning Leaning => IsMySqlProject == HasOthers ? Leaning.Unknown : IsMySqlProject ? Leaning.MySql : Leaning.Other;
}
