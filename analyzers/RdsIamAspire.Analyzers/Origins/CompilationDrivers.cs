using System.Runtime.CompilerServices;

namespace RdsIamAspire.Analyzers.Origins;

/// <summary>The database drivers that a compilation references, looked up once and only when a string or a call asks for them.</summary>
internal sealed class CompilationDrivers
{
    private static readonly ConditionalWeakTable<Compilation, CompilationDrivers> All = new();

    private readonly Lazy<References> _references;

    private readonly Lazy<bool> _hasRdsHosting;

    private CompilationDrivers(Compilation compilation)
    {
        _references = new(() => References.Of(compilation));
        _hasRdsHosting = new(() => compilation.GetTypeByMetadataName("Aspire.Hosting.RdsMySqlBuilderExtensions") is not null);
    }

    public MySqlDrivers MySql => _references.Value.MySql;

    /// <summary>The driver when the compilation has exactly one.</summary>
    public MySqlDrivers OnlyDriver => MySql is MySqlDrivers.MySqlConnector or MySqlDrivers.MySqlData ? MySql : MySqlDrivers.None;

    /// <summary>The compilation is an AppHost that has the extension for RDS.</summary>
    public bool HasRdsHosting => _hasRdsHosting.Value;

    /// <summary>What the references alone say of a connection string.</summary>
    public Leaning Leaning => _references.Value is var found && found.IsMySqlProject == found.HasOthers ? Leaning.Unknown
        : found.IsMySqlProject ? Leaning.MySql : Leaning.Other;

    /// <summary>One for each compilation, whichever analyzer asks.</summary>
    public static CompilationDrivers Of(Compilation compilation) => All.GetValue(compilation, static each => new(each));

    private sealed record References(MySqlDrivers MySql, bool HasOthers, bool IsMySqlProject)
    {
        public static References Of(Compilation compilation)
        {
            var mySql = MySqlDrivers.None;
            if (compilation.GetTypeByMetadataName("MySqlConnector.MySqlConnection") is not null)
                mySql |= MySqlDrivers.MySqlConnector;
            if (compilation.GetTypeByMetadataName("MySql.Data.MySqlClient.MySqlConnection") is not null)
                mySql |= MySqlDrivers.MySqlData;
            var (hasOthers, isMySqlProject) = (false, mySql != MySqlDrivers.None);
            foreach (var assembly in compilation.ReferencedAssemblyNames)
            {
                switch (assembly.Name)
                {
                    case "Microsoft.Data.SqlClient" or "System.Data.SqlClient" or "Npgsql" or "Oracle.ManagedDataAccess"
                        or "Microsoft.EntityFrameworkCore.SqlServer"
                        or "Npgsql.EntityFrameworkCore.PostgreSQL" or "FirebirdSql.Data.FirebirdClient":
                        hasOthers = true;
                        break;
                    case "Pomelo.EntityFrameworkCore.MySql" or "MySql.EntityFrameworkCore" or "Aspire.Hosting.MySql"
                        or "Aspire.MySqlConnector" or "RdsIamAspire.MySqlConnector":
                        isMySqlProject = true;
                        break;
                }
            }

            return new(mySql, hasOthers, isMySqlProject);
        }
    }
}
