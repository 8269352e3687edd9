using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RdsIamAspire.Cli.Scan;

/// <summary>
/// What a project that is not restored is compiled against: the platform that rds-iam runs on, and for each database package that the
/// project names the driver itself or an assembly of its name, so that the rules know whose strings to expect.
/// </summary>
internal static class ProjectReferences
{
    // The types of Oracle's driver that rules ask for; it may not be shipped with rds-iam.
    private const string OraclesDriver =
        """
        namespace MySql.Data.MySqlClient
        {
            public enum MySqlSslMode { Disabled = 0, None = 0, Preferred = 1, Prefered = 1, Required = 2, VerifyCA = 3, VerifyFull = 4 }
            public class MySqlBaseConnectionStringBuilder : System.Data.Common.DbConnectionStringBuilder
            {
                public string Server { get; set; }
                public string Database { get; set; }
                public uint Port { get; set; }
                public string UserID { get; set; }
                public string Password { get; set; }
                public string Password1 { get; set; }
                public string Password2 { get; set; }
                public string Password3 { get; set; }
                public string Pwd { get; set; }
                public MySqlSslMode SslMode { get; set; }
                public string SslCa { get; set; }
                public bool Pooling { get; set; }
            }
            public sealed class MySqlConnectionStringBuilder : MySqlBaseConnectionStringBuilder
            {
                public MySqlConnectionStringBuilder() { }
                public MySqlConnectionStringBuilder(string connectionString) { }
            }
            public class MySqlConnection : System.IDisposable
            {
                public MySqlConnection() { }
                public MySqlConnection(string connectionString) { }
                public string ConnectionString { get; set; }
                public void Open() { }
                public void Close() { }
                public void Dispose() { }
            }
            public class MySqlCommand : System.IDisposable
            {
                public MySqlCommand() { }
                public MySqlCommand(string commandText) { }
                public MySqlCommand(string commandText, MySqlConnection connection) { }
                public string CommandText { get; set; }
                public MySqlConnection Connection { get; set; }
                public int ExecuteNonQuery() => 0;
                public object ExecuteScalar() => null;
                public void Dispose() { }
            }
            public class MySqlDataAdapter
            {
                public MySqlDataAdapter(string selectCommandText, MySqlConnection connection) { }
                public MySqlDataAdapter(string selectCommandText, string selectConnString) { }
            }
            public static class MySqlHelper
            {
                public static int ExecuteNonQuery(string connectionString, string commandText) => 0;
                public static object ExecuteScalar(string connectionString, string commandText) => null;
            }
        }
        """;

    // Packages whose name is all that the rules ask for.
    private static readonly string[] Named =
    [
        "Microsoft.Data.SqlClient", "System.Data.SqlClient", "Npgsql", "Oracle.ManagedDataAccess",
        "Microsoft.EntityFrameworkCore.SqlServer", "Npgsql.EntityFrameworkCore.PostgreSQL",
        "FirebirdSql.Data.FirebirdClient", "Pomelo.EntityFrameworkCore.MySql",
        "MySql.EntityFrameworkCore", "Aspire.Hosting.MySql", "Aspire.MySqlConnector", "RdsIamAspire.MySqlConnector",
    ];

    // Packages that bring MySqlConnector.
    private static readonly string[] BringMySqlConnector =
    [
        "MySqlConnector", "Pomelo.EntityFrameworkCore.MySql", "Aspire.MySqlConnector", "Aspire.Pomelo.EntityFrameworkCore.MySql",
        "RdsIamAspire.MySqlConnector", "RdsIamAspire.EntityFrameworkCore", "MySqlConnector.DependencyInjection",
    ];

    private static readonly string[] BringOraclesDriver = ["MySql.Data", "MySql.Data.EntityFramework", "MySql.EntityFrameworkCore",
        "MySql.Data.EntityFrameworkCore", "MySql.Data.Entity"];

    private static readonly Lazy<ImmutableArray<MetadataReference>> Platform = new(static () =>
    [
        .. ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal)
                || name is "mscorlib.dll" or "netstandard.dll" or "Microsoft.CSharp.dll" or "Microsoft.VisualBasic.Core.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ]);

    private static readonly Lazy<MetadataReference> MySqlConnector =
        new(static () => MetadataReference.CreateFromFile(typeof(global::MySqlConnector.MySqlConnection).Assembly.Location));

    private static readonly Lazy<MetadataReference> MySqlData = new(static () => Assembly("MySql.Data", OraclesDriver));

    /// <summary>Whether a project that names these packages has a driver for MySQL.</summary>
    public static bool HasMySqlDriver(IReadOnlySet<string> packages) =>
        BringMySqlConnector.Any(packages.Contains) || BringOraclesDriver.Any(packages.Contains);

    /// <summary>The references for a project that names these packages.</summary>
    public static IEnumerable<MetadataReference> For(IReadOnlySet<string> packages)
    {
        foreach (var each in Platform.Value)
            yield return each;
        if (BringMySqlConnector.Any(packages.Contains))
            yield return MySqlConnector.Value;
        if (BringOraclesDriver.Any(packages.Contains))
            yield return MySqlData.Value;
        foreach (var name in Named)
        {
            if (packages.Contains(name) || name == "Oracle.ManagedDataAccess" && packages.Contains("Oracle.ManagedDataAccess.Core"))
                yield return Assembly(name, "");
        }

        if (packages.Contains("RdsIamAspire.Hosting"))
            yield return Assembly("RdsIamAspire.Hosting", "namespace Aspire.Hosting { public static class RdsMySqlBuilderExtensions { } }");
    }

    // As an image, which both languages can refer to.
    private static PortableExecutableReference Assembly(string name, string source)
    {
        using var image = new MemoryStream();
        CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(source)], Platform.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(image);
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
