using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.Redirection;
using RdsIamAspire.Hosting.References;

namespace Aspire.Hosting;

/// <summary>IAM authentication for what an AppHost has already: Aspire's own MySQL, and connection strings.</summary>
public static class RdsRedirectionBuilderExtensions
{
    /// <summary>
    /// Lets references to an <c>AddMySql</c> server and its databases log in with IAM tokens. In run mode the same container gets the emulator attached; what is
    /// published is an RDS endpoint in its place, asked for as the parameter <c>{name}-rds-host</c>.
    /// </summary>
    /// <param name="builder">The server.</param>
    /// <param name="user">The MySQL user; <c>{name}_app</c> where none is given.</param>
    /// <param name="privileges">What the user may do in each database; SELECT, INSERT, UPDATE, DELETE and EXECUTE where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">The user is longer than 32 characters or holds a quote, a semicolon, a backslash or a control character.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddMySql("mysql").WithRdsIamAuth("orders_app").AddDatabase("orders");
    /// builder.AddProject&lt;Projects.OrdersApi&gt;("api").WithReference(orders).WaitFor(orders);
    /// </code>
    /// </example>
    [AspireExport("withRdsIamAuthOnMySql", MethodName = "withRdsIamAuth")]
    public static IResourceBuilder<MySqlServerResource> WithRdsIamAuth(this IResourceBuilder<MySqlServerResource> builder, string? user = null, string[]? privileges = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var mySql = builder.Resource;
        if (mySql.TryGetLastAnnotation<RdsRedirectAnnotation>(out var redirect))
        {
            redirect.Server.Annotations.Add(RdsIamAuthAnnotation.Create(mySql.Name, user, privileges));
            return builder;
        }

        var app = builder.ApplicationBuilder;
        var server = app.AddRdsMySql($"{mySql.Name}-rds").WithAnnotation(RdsIamAuthAnnotation.Create(mySql.Name, user, privileges), ResourceAnnotationMutationBehavior.Replace);
        if (app.ExecutionContext.IsRunMode)
        {
            var files = new LocalServerFiles(ContainerRdsServer.NamesOf(mySql.Name), () => mySql.KeptAs(app.Configuration));
            builder.WithRdsServerFiles(files);
            server.RunLocally(new ContainerRdsServer(server.Resource, mySql, mySql.PrimaryEndpoint, mySql.PasswordParameter, server.Resource.LocalRegion(), files));
        }

        MySqlRedirection.Add(builder, server.Resource);
        return builder;
    }

    /// <summary>Lets references to a database of an <c>AddMySql</c> server log in with IAM tokens as a user of its own, and those to the server and its other databases as the server's user.</summary>
    /// <param name="builder">The database.</param>
    /// <param name="user">The MySQL user; <c>{name}_app</c> where none is given.</param>
    /// <param name="privileges">What the user may do in the database; SELECT, INSERT, UPDATE, DELETE and EXECUTE where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">The user is longer than 32 characters or holds a quote, a semicolon, a backslash or a control character.</exception>
    [AspireExport("withRdsIamAuthOnMySqlDatabase", MethodName = "withRdsIamAuth")]
    public static IResourceBuilder<MySqlDatabaseResource> WithRdsIamAuth(this IResourceBuilder<MySqlDatabaseResource> builder, string? user = null, string[]? privileges = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var server = builder.Resource.Parent;
        if (!server.HasAnnotationOfType<RdsRedirectAnnotation>())
        {
            builder.ApplicationBuilder.CreateResourceBuilder(server).WithRdsIamAuth();
        }

        return builder.WithAnnotation(RdsIamAuthAnnotation.Create(builder.Resource.Name, user, privileges), ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>
    /// Lets references to a connection string log in with IAM tokens: they get its host, port and database, and neither its user nor its password.
    /// What is published is an RDS endpoint asked for as parameters, so that no password is deployed either.
    /// </summary>
    /// <param name="builder">The connection string, for example that of a real RDS instance in the AppHost's user secrets.</param>
    /// <param name="user">The MySQL user; <c>{name}_app</c> where none is given.</param>
    /// <returns>The resource builder.</returns>
    /// <exception cref="ArgumentException">The user is longer than 32 characters or holds a quote, a semicolon, a backslash or a control character.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddConnectionString("orders").WithRdsIamAuth("orders_app");
    /// builder.AddProject&lt;Projects.OrdersApi&gt;("api").WithReference(orders);
    /// </code>
    /// </example>
    [AspireExport("withRdsIamAuthOnConnectionString", MethodName = "withRdsIamAuthOnConnectionString")]
    public static IResourceBuilder<IResourceWithConnectionString> WithRdsIamAuth(this IResourceBuilder<IResourceWithConnectionString> builder, string? user = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Resource is RdsMySqlResource or RdsMySqlDatabaseResource or MySqlServerResource or MySqlDatabaseResource)
        {
            throw new ArgumentException($"'{builder.Resource.Name}' is {builder.Resource.GetType().Name}: call the WithRdsIamAuth of that type, on the builder that added it.", nameof(builder));
        }

        ConnectionStringRedirection.Add(builder, user);
        return builder;
    }
}
