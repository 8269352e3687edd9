using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Commands;
using RdsIamAspire.Hosting.Deployment;
using RdsIamAspire.Hosting.Health;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Publishing;
using RdsIamAspire.Hosting.References;

namespace Aspire.Hosting;

/// <summary>Adds RDS and Aurora MySQL endpoints with IAM authentication to an AppHost.</summary>
[StackTraceHidden]
public static partial class RdsMySqlBuilderExtensions
{
    /// <summary>
    /// Adds an RDS or Aurora MySQL endpoint (instance, cluster, reader or proxy) that is known when the AppHost is written.
    /// </summary>
    /// <param name="builder">The AppHost's builder.</param>
    /// <param name="name">The name of the resource, and of the connection string that references get.</param>
    /// <param name="host">The endpoint's host name as RDS shows it, for example
    /// <c>orders.abcdefghijkl.eu-west-1.rds.amazonaws.com</c>.</param>
    /// <param name="port">The endpoint's port.</param>
    /// <param name="region">The AWS region; taken from the host name where that has one.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">The host is not a host name, the port is not between 1 and 65535, or the region is none, or
    /// another than the host's.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddRdsMySql("orders-db", "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com")
    ///     .WithRdsIamAuth("orders_app")
    ///     .RunAsContainer()
    ///     .AddDatabase("orders");
    ///
    /// builder.AddProject&lt;Projects.OrdersApi&gt;("api").WithReference(orders).WaitFor(orders);
    /// </code>
    /// </example>
    [AspireExport("addRdsMySqlEndpoint")]
    public static IResourceBuilder<RdsMySqlResource> AddRdsMySql(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string host, int port = 3306, string? region = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return AddRdsMySql(builder, new RdsMySqlResource(name, RdsEndpointValues.Literal(host, port, region)));
    }

    /// <summary>Adds an RDS or Aurora MySQL endpoint whose host, port and region are parameters, asked for at deployment.</summary>
    /// <param name="builder">The AppHost's builder.</param>
    /// <param name="name">The name of the resource, and of the connection string that references get.</param>
    /// <param name="host">The endpoint's host name; the parameter <c>{name}-host</c> where none is given.</param>
    /// <param name="port">The endpoint's port; 3306 where none is given.</param>
    /// <param name="region">The AWS region; left to the host name and to the service's own configuration where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddRdsMySql("orders-db")
    ///     .WithRdsIamAuth("orders_app")
    ///     .RunAsContainer()
    ///     .AddDatabase("orders");
    /// </code>
    /// </example>
    [AspireExport]
    public static IResourceBuilder<RdsMySqlResource> AddRdsMySql(
        this IDistributedApplicationBuilder builder,
        [ResourceName] string name,
        IResourceBuilder<ParameterResource>? host = null,
        IResourceBuilder<ParameterResource>? port = null,
        IResourceBuilder<ParameterResource>? region = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);

        ParameterResource? own = null;
        if (host is null)
        {
            host = builder.AddParameter(RdsResourceNames.Of(name, RdsResourceNames.Host, builder)).WithDescription(
                $"Host name of the RDS or Aurora MySQL endpoint '{name}', as RDS shows it. To run without AWS, call .RunAsEmulator() on "
                    + $"'{name}' instead.");
            own = host.Resource;
        }

        var resource = new RdsMySqlResource(
            name, RdsEndpointValues.Parameters(host.Resource, port?.Resource, region?.Resource))
        { OwnHostParameter = own };
        return AddRdsMySql(builder, resource);
    }

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

    /// <summary>Lets references log in as <paramref name="user"/> with IAM tokens over verified TLS: no password anywhere.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="user">The MySQL user, created with <c>AWSAuthenticationPlugin</c>; <c>{name}_app</c> where none is given. Case matters
    /// to IAM.</param>
    /// <param name="privileges">What the user may do in each database, as in <c>GRANT</c>, for example <c>SELECT</c>; SELECT, INSERT,
    /// UPDATE, DELETE and EXECUTE where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">
    /// The user breaks the rule of <see cref="RdsIamAspire.RdsUserName"/>, or is one that servers have for themselves or the master user's
    /// default name; or a
    /// privilege is none of a database.
    /// </exception>
    /// <exception cref="DistributedApplicationException">It has a user already.</exception>
    [AspireExport]
    public static IResourceBuilder<RdsMySqlResource> WithRdsIamAuth(
        this IResourceBuilder<RdsMySqlResource> builder, string? user = null, string[]? privileges = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(RdsIamAuthAnnotation.CreateOnce(builder.Resource, user, privileges));
    }

    /// <summary>Lets references to this database log in as a user of its own.</summary>
    /// <param name="builder">The database.</param>
    /// <param name="user">The MySQL user; <c>{name}_app</c> where none is given. Case matters to IAM.</param>
    /// <param name="privileges">What the user may do in the database, as above.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">
    /// The user breaks the rule of <see cref="RdsIamAspire.RdsUserName"/>, or is one that servers have for themselves or the master user's
    /// default name; or a
    /// privilege is none of a database.
    /// </exception>
    /// <exception cref="DistributedApplicationException">It has a user already.</exception>
    [AspireExport("withRdsIamAuthOnDatabase", MethodName = "withRdsIamAuth")]
    public static IResourceBuilder<RdsMySqlDatabaseResource> WithRdsIamAuth(
        this IResourceBuilder<RdsMySqlDatabaseResource> builder, string? user = null, string[]? privileges = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(RdsIamAuthAnnotation.CreateOnce(builder.Resource, user, privileges));
    }

    /// <summary>
    /// Has <c>aspire deploy</c> create the users that log in with tokens: it runs the published grant script as the master user, over
    /// verified TLS.
    /// </summary>
    /// <remarks>
    /// Whoever deploys has to reach the endpoint. Without this call the script is written beside the other artifacts, for somebody else to
    /// run.
    /// <c>aspire do verify-rds-iam-NAME</c> then tries a login as each user, with tokens of the caller's own AWS credentials.
    /// </remarks>
    /// <param name="builder">The endpoint.</param>
    /// <param name="masterPassword">The master user's password: a secret parameter. It is used for one connection and published
    /// nowhere.</param>
    /// <param name="masterUser">The master user.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">The parameter is not secret, or the user is empty, or is the one that logs in with
    /// tokens.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddRdsMySql("orders-db")
    ///     .WithRdsIamAuth("orders_app")
    ///     .WithGrantsOnDeploy(builder.AddParameter("orders-db-master-password", secret: true));
    /// </code>
    /// </example>
    [AspireExport]
    public static IResourceBuilder<RdsMySqlResource> WithGrantsOnDeploy(
        this IResourceBuilder<RdsMySqlResource> builder, IResourceBuilder<ParameterResource> masterPassword, string masterUser = "admin")
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(masterPassword);
        ArgumentException.ThrowIfNullOrWhiteSpace(masterUser);
        if (builder.Resource.Writer is { } writer)
        {
            throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' is a reader, which takes no writes: call WithGrantsOnDeploy on '{writer.Name}', whose users are "
                    + "the reader's too.");
        }

        if (builder.Resource.TryGetLastAnnotation<RdsIamAuthAnnotation>(out var auth) && auth.User == masterUser)
        {
            throw new ArgumentException(
                $"'{masterUser}' logs in to '{builder.Resource.Name}' with IAM tokens: the user that makes the users is another, with a "
                    + $"password.", nameof(
                    masterUser));
        }

        return masterPassword.Resource.Secret
            ? builder.WithAnnotation(
                new RdsMasterUserAnnotation(masterUser, masterPassword.Resource), ResourceAnnotationMutationBehavior.Replace)
            : throw new ArgumentException(
                $"The parameter '{masterPassword.Resource.Name}' is the password of '{masterUser}': add it with secret: true.",
                nameof(masterPassword));
    }

    /// <summary>
    /// Uses the real endpoint in run mode too: the AppHost runs on this machine, the database on AWS, and the developer's AWS credentials
    /// log in.
    /// </summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="host">The endpoint's host name as RDS shows it.</param>
    /// <param name="port">The endpoint's port.</param>
    /// <param name="region">The AWS region; taken from the host name where that has one.</param>
    /// <param name="resourceId">The <c>db-…</c>, <c>cluster-…</c> or <c>prx-…</c> id, for the published policy.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">The resource runs locally already.</exception>
    /// <exception cref="ArgumentException">The host is not a host name, the port is not between 1 and 65535, the region is none, or
    /// another than the host's, or the id is none of RDS.</exception>
    [AspireExport("asExistingRdsMySql", MethodName = "asExisting")]
    public static IResourceBuilder<RdsMySqlResource> AsExisting(
        this IResourceBuilder<RdsMySqlResource> builder, string host, int port = 3306, string? region = null, string? resourceId = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.UseExisting(
            RdsEndpointValues.Literal(host, port, region) with { ResourceId = RdsEndpointValues.CheckedResourceId(resourceId) });
    }

    /// <summary>Uses the real endpoint in run mode too, at the host, port and region that parameters give.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="host">The endpoint's host name as RDS shows it.</param>
    /// <param name="port">The endpoint's port; 3306 where none is given.</param>
    /// <param name="region">The AWS region; taken from the host name where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="DistributedApplicationException">The resource runs locally already.</exception>
    [AspireExport("asExistingRdsMySqlFromParameters", MethodName = "asExistingFromParameters")]
    public static IResourceBuilder<RdsMySqlResource> AsExisting(
        this IResourceBuilder<RdsMySqlResource> builder,
        IResourceBuilder<ParameterResource> host,
        IResourceBuilder<ParameterResource>? port = null,
        IResourceBuilder<ParameterResource>? region = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(host);
        return builder.UseExisting(RdsEndpointValues.Parameters(host.Resource, port?.Resource, region?.Resource));
    }

    private static IResourceBuilder<RdsMySqlResource> AddRdsMySql(IDistributedApplicationBuilder builder, RdsMySqlResource resource)
    {
        RdsReferenceInjection.AddTo(builder);
        return builder.AddResource(resource)
            .WithIconName("DatabaseMultiple")
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = "RDS MySQL",
                State = KnownResourceStates.NotStarted,
                Properties = [],
            })
            .WithLoginHealthCheck(resource)
            .WithRdsLifecycle()
            .WithRdsCommands()
            .WithRdsArtifacts()
            .WithRdsDeployment();
    }
}
