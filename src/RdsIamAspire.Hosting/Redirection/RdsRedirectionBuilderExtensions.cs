using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Redirection;
using RdsIamAspire.Hosting.References;

namespace Aspire.Hosting;

/// <summary>
/// IAM authentication for what an AppHost has already: Aspire's own MySQL, any other container that speaks MySQL, and connection strings.
/// </summary>
[StackTraceHidden]
public static class RdsRedirectionBuilderExtensions
{
    /// <summary>Lets references to a resource that an AppHost has already log in with IAM tokens and without a password.</summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item>A MySQL server (<c>AddMySql</c> of Aspire.Hosting.MySql, or another container with a connection string): in run mode the same
    /// container gets
    /// the emulator attached; what is published is an RDS endpoint in its place, asked for as the parameter <c>{name}-rds-host</c>.</item>
    /// <item>A database of such a server (its <c>AddDatabase</c>): references to it log in as a user of its own, and those to the server
    /// and its other
    /// databases as the server's user.</item>
    /// <item>A connection string (<c>AddConnectionString</c>): references get its host, port and database, and neither its user nor its
    /// password; what is
    /// published is an RDS endpoint asked for as parameters, so that no password is deployed either.</item>
    /// </list>
    /// </remarks>
    /// <typeparam name="T">The resource's type.</typeparam>
    /// <param name="builder">The server, database or connection string.</param>
    /// <param name="user">The MySQL user; <c>{name}_app</c> where none is given.</param>
    /// <param name="privileges">What the user may do in each database; SELECT, INSERT, UPDATE, DELETE and EXECUTE where none is
    /// given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">
    /// The user breaks the rule of <see cref="RdsIamAspire.RdsUserName"/> or is reserved; the container is MariaDB's or has no
    /// endpoint for MySQL; or it is an RDS endpoint, which has a method of its own.
    /// </exception>
    /// <exception cref="DistributedApplicationException">It has a user already.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddMySql("mysql").WithRdsIamAuth("orders_app").AddDatabase("orders");
    /// var old = builder.AddConnectionString("old").WithRdsIamAuth("old_app");
    /// builder.AddProject&lt;Projects.OrdersApi&gt;("api").WithReference(orders).WithReference(old).WaitFor(orders);
    /// </code>
    /// </example>
    [AspireExport("withRdsIamAuthOnConnectionString", MethodName = "withRdsIamAuthOnConnectionString")]
    public static IResourceBuilder<T> WithRdsIamAuth<T>(this IResourceBuilder<T> builder, string? user = null, string[]? privileges = null)
        where T : IResourceWithConnectionString
    {
        ArgumentNullException.ThrowIfNull(builder);
        var app = builder.ApplicationBuilder;
        switch (builder.Resource)
        {
            case RdsMySqlResource or RdsMySqlDatabaseResource:
                throw new ArgumentException(
                    $"'{builder.Resource.Name}' is {builder.Resource.GetType().Name}: call the WithRdsIamAuth of that type, on the "
                        + $"builder that added it.",
                    nameof(builder));
            case ContainerResource container:
                AddServer(app.CreateResourceBuilder(container), user, privileges);
                return builder;
            case IResourceWithConnectionString database when MySqlContainer.ServerOf(database) is { } server:
                if (!server.HasAnnotationOfType<RdsRedirectAnnotation>())
                {
                    AddServer(app.CreateResourceBuilder(server), user: null, privileges: null);
                    server.Annotations.OfType<RdsRedirectAnnotation>().Last().IsImplied = true;
                }

                return builder.WithAnnotation(RdsIamAuthAnnotation.CreateOnce(database, user, privileges));
            default:
                ConnectionStringRedirection.Add(builder, user, privileges);
                return builder;
        }
    }

    /// <summary>
    /// Runs an RDS endpoint in a MySQL container that the AppHost has made by hand, and publishes the endpoint in its place.
    /// </summary>
    /// <remarks>
    /// The container needs an endpoint at MySQL's port and its root password in <c>MYSQL_ROOT_PASSWORD</c>. What is returned is the
    /// endpoint
    /// <c>{name}-rds</c>: databases are added to it, and references are made to it.
    /// </remarks>
    /// <param name="builder">The container.</param>
    /// <param name="user">The MySQL user; <c>{name}_app</c> where none is given.</param>
    /// <param name="privileges">What the user may do in each database; SELECT, INSERT, UPDATE, DELETE and EXECUTE where none is
    /// given.</param>
    /// <returns>The endpoint's resource builder.</returns>
    /// <exception cref="ArgumentException">
    /// The user breaks the rule of <see cref="RdsIamAspire.RdsUserName"/> or is reserved; or the container is MariaDB's or has
    /// no endpoint for MySQL.
    /// </exception>
    /// <exception cref="DistributedApplicationException">The container has a user already.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddContainer("db", "mysql", "8.4")
    ///     .WithEndpoint(targetPort: 3306, name: "tcp")
    ///     .WithEnvironment("MYSQL_ROOT_PASSWORD", builder.AddParameter("db-password", secret: true))
    ///     .WithRdsIamAuth("orders_app")
    ///     .AddDatabase("orders");
    /// </code>
    /// </example>
    [AspireExport("withRdsIamAuthOnContainer", MethodName = "withRdsIamAuthOnContainer")]
    public static IResourceBuilder<RdsMySqlResource> WithRdsIamAuth(
        this IResourceBuilder<ContainerResource> builder,
        string? user = null,
        string[]? privileges = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Resource is RdsMySqlContainerResource)
        {
            throw new ArgumentException(
                $"'{builder.Resource.Name}' runs in an RDS endpoint's place: call WithRdsIamAuth on the endpoint, before or after "
                    + $"RunAsContainer.",
                nameof(builder));
        }

        return AddServer(builder, user, privileges);
    }

    private static IResourceBuilder<RdsMySqlResource> AddServer(
        IResourceBuilder<ContainerResource> builder, string? user, string[]? privileges)
    {
        var container = builder.Resource;
        var app = builder.ApplicationBuilder;
        if (container.TryGetLastAnnotation<RdsRedirectAnnotation>(out var redirect))
        {
            redirect.ThrowIfNamed(container);
            redirect.Server.Annotations.Add(RdsIamAuthAnnotation.Create(container.Name, user, privileges));
            redirect.IsImplied = false;
            return app.CreateResourceBuilder(redirect.Server);
        }

        MySqlContainer.ThrowIfNotMySql(container);
        var endpoint = MySqlContainer.EndpointOf(container);
        var server = app.AddRdsMySql(RdsResourceNames.Of(container.Name, RdsResourceNames.Endpoint, app))
            .WithAnnotation(RdsIamAuthAnnotation.Create(container.Name, user, privileges), ResourceAnnotationMutationBehavior.Replace);
        if (app.ExecutionContext.IsRunMode)
        {
            var files = new LocalServerFiles(ContainerRdsServer.NamesOf(container.Name), () => container.KeptAs(app.Configuration));
            builder.WithRdsServerFiles(files);
            server.WithRelationship(container, "Reference");
            server.RunLocally(new ContainerRdsServer(
                server.Resource,
                container,
                endpoint,
                stop => MySqlContainer.AdministratorAsync(container, app.ExecutionContext, stop),
                server.Resource.LocalRegion(),
                files));
        }

        MySqlRedirection.Add(builder, server.Resource);
        return server;
    }
}
