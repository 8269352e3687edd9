using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Commands;
using RdsIamAspire.Hosting.Health;

namespace Aspire.Hosting;

/// <content>Databases on an endpoint, and what creates them on this machine.</content>
public static partial class RdsMySqlBuilderExtensions
{
    /// <summary>Adds a database on the endpoint. The local server creates it; on AWS it is there already.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="name">The name of the resource, and of the connection string that references get.</param>
    /// <param name="databaseName">The name of the database; <paramref name="name"/> where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">
    /// The database's name is longer than 64 characters, cannot stand in a connection string, or is one of the server's own.
    /// </exception>
    [AspireExport("addRdsDatabase", MethodName = "addDatabase")]
    public static IResourceBuilder<RdsMySqlDatabaseResource> AddDatabase(
        this IResourceBuilder<RdsMySqlResource> builder, [ResourceName] string name, string? databaseName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        var database = new RdsMySqlDatabaseResource(name, databaseName ?? name, builder.Resource);
        var added = builder.ApplicationBuilder.AddResource(database);
        builder.Resource.AddDatabase(database);
        return added
            .WithIconName("Database")
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "RDS MySQL database",
                State = KnownResourceStates.NotStarted,
                Properties = [new("database", database.DatabaseName)],
            })
            .WithLoginHealthCheck(database)
            .WithRdsCommands();
    }

    /// <summary>
    /// Sets the SQL that creates the database on a local server, in place of <c>CREATE DATABASE IF NOT EXISTS</c>: tables and first rows
    /// may be in it.
    /// </summary>
    /// <remarks>
    /// It is run as the server's administrator, once, where the database is not there yet; databases of a data volume stay as they are. On
    /// AWS nothing is run.
    /// </remarks>
    /// <param name="builder">The database.</param>
    /// <param name="script">Statements as the <c>mysql</c> client reads them, DELIMITER lines included; the database has to be there when
    /// they have run.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">The script is empty.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = server.AddDatabase("orders").WithCreationScript(File.ReadAllText("../OrdersApi/orders.sql"));
    /// </code>
    /// </example>
    [AspireExport("withRdsCreationScript", MethodName = "withCreationScript")]
    public static IResourceBuilder<RdsMySqlDatabaseResource> WithCreationScript(
        this IResourceBuilder<RdsMySqlDatabaseResource> builder, string script)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(script);
        return builder.WithAnnotation(new RdsCreationScriptAnnotation(script), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>
    /// As <see cref="WithCreationScript"/>, from a file: what goes wrong is said with the file's name and line, and a restart that makes
    /// the database anew reads it anew.
    /// </summary>
    /// <remarks>
    /// A file without a <c>CREATE DATABASE</c> of its own, as a schema file is as a rule, is run in the database, which is made first.
    /// </remarks>
    /// <param name="builder">The database.</param>
    /// <param name="path">The file, relative to the AppHost; <c>.sql</c> or <c>.sql.gz</c>.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">There is no such file, in run mode.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = server.AddDatabase("orders").WithCreationScriptFile("../OrdersApi/schema.sql");
    /// </code>
    /// </example>
    [AspireExport("withRdsCreationScriptFile", MethodName = "withCreationScriptFile")]
    public static IResourceBuilder<RdsMySqlDatabaseResource> WithCreationScriptFile(
        this IResourceBuilder<RdsMySqlDatabaseResource> builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var file = Path.GetFullPath(path, builder.ApplicationBuilder.AppHostDirectory);
        if (!builder.ApplicationBuilder.ExecutionContext.IsPublishMode && !File.Exists(file))
        {
            throw new DistributedApplicationException(
                $"The creation script of '{builder.Resource.Name}' is not there: {file}. Give its path relative to the AppHost's folder.");
        }

        return builder.WithAnnotation(
            new RdsCreationScriptAnnotation(Script: null, file), ResourceAnnotationMutationBehavior.Replace);
    }
}
