using System.Diagnostics;
using RdsIamAspire.Hosting.References;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A database on an <see cref="RdsMySqlResource"/>. It hands references the same login as its parent, with the database named.
/// </summary>
[AspireExport(ExposeProperties = true)]
[StackTraceHidden]
public sealed class RdsMySqlDatabaseResource
    : Resource, IResourceWithParent<RdsMySqlResource>, IResourceWithConnectionString, IResourceWithWaitSupport
{
    /// <summary>Creates the resource; AppHosts call <c>AddDatabase</c> instead.</summary>
    /// <param name="name">The name of the resource.</param>
    /// <param name="databaseName">The name of the database on the server.</param>
    /// <param name="parent">The endpoint that the database is on.</param>
    /// <exception cref="ArgumentException">
    /// The database's name is longer than 64 characters or cannot stand in a connection string.
    /// </exception>
    public RdsMySqlDatabaseResource(string name, string databaseName, RdsMySqlResource parent) : base(name)
    {
        ArgumentNullException.ThrowIfNull(parent);
        Database = RdsDatabaseName.Literal(databaseName);
        DatabaseName = databaseName;
        Parent = parent;
    }

    /// <summary>A database whose name is read from elsewhere when it is asked for.</summary>
    internal RdsMySqlDatabaseResource(string name, RdsDatabaseName database, RdsMySqlResource parent) : base(name)
    {
        DatabaseName = database.Plain.ValueExpression;
        Database = database;
        Parent = parent;
    }

    /// <summary>The endpoint that the database is on.</summary>
    public RdsMySqlResource Parent { get; }

    /// <summary>The name of the database on the server.</summary>
    public string DatabaseName { get; }

    /// <summary>
    /// The MySQL user that references log in as: its own where <c>WithRdsIamAuth</c> was called on the database, else its parent's.
    /// </summary>
    /// <exception cref="DistributedApplicationException"><c>WithRdsIamAuth</c> was called on neither.</exception>
    public string UserName => Auth.User;

    /// <summary>
    /// <c>Server=…;Port=…;User ID=…;Database=…;SslMode=VerifyFull</c>, with <c>SslCa</c> for a local server; never a password.
    /// </summary>
    public ReferenceExpression ConnectionStringExpression => RdsReferenceValues.ConnectionString(Parent, Auth, Database);

    /// <summary><c>mysql://user@host:port/database</c>.</summary>
    public ReferenceExpression UriExpression => RdsReferenceValues.Uri(Parent, Auth, Database);

    /// <summary><c>jdbc:mysql://host:port/database?sslMode=VERIFY_IDENTITY</c>.</summary>
    public ReferenceExpression JdbcConnectionString => RdsReferenceValues.Jdbc(Parent, Database);

    internal RdsDatabaseName Database { get; }

    /// <summary>
    /// Whether it stands in for another resource of the same name, which the model has: then it has no state of its own to show.
    /// </summary>
    internal bool IsStandIn { get; init; }

    /// <summary>The resource of the model that a consumer's own login was written against, where that is not a database of ours.</summary>
    internal IResource? StandsFor { get; init; }

    internal RdsIamAuthAnnotation Auth => this.TryGetLastAnnotation<RdsIamAuthAnnotation>(out var auth) ? auth : Parent.Auth;

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        RdsReferenceValues.ConnectionProperties(Parent, Auth, Database);
}
