using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.References;

namespace Aspire.Hosting;

/// <summary>References to a database that log in as another user than everybody's.</summary>
[StackTraceHidden]
public static class RdsMySqlReferenceBuilderExtensions
{
    /// <summary>References a database with a user of the consumer's own, which may do there what it needs and no more.</summary>
    /// <remarks>
    /// The user is created, granted and published as every other: it is in the IAM policy and the grant script. What the consumer gets is
    /// what
    /// <c>WithReference(database)</c> hands out, for that user.
    /// </remarks>
    /// <typeparam name="T">The consumer's type.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <param name="database">The database.</param>
    /// <param name="privileges">What the consumer may do in the database, as in <c>GRANT</c>, for example <c>SELECT</c>.</param>
    /// <param name="user">The MySQL user; the consumer's name with underscores where none is given. Case matters to IAM.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="ArgumentException">There is no privilege, one is none of a database, or the user cannot be one.</exception>
    /// <example>
    /// <code lang="csharp">
    /// builder.AddProject&lt;Projects.Reports&gt;("reports").WithReference(orders, ["SELECT"]).WaitFor(orders);
    /// builder.AddProject&lt;Projects.Migrations&gt;("migrations").WithReference(orders, ["ALL"]).WaitFor(orders);
    /// </code>
    /// </example>
    [AspireExport("withRdsReferenceAndPrivileges", MethodName = "withReferenceAndPrivileges")]
    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<RdsMySqlDatabaseResource> database, string[] privileges, string? user = null)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(privileges);
        return builder.AddReference(database, privileges, user);
    }

    /// <summary>
    /// References a database of <c>AddMySql</c>, or a connection string, with a user of the consumer's own, as above.
    /// </summary>
    /// <typeparam name="T">The consumer's type.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <param name="database">The database or connection string, after <c>WithRdsIamAuth</c> on its server or on itself.</param>
    /// <param name="privileges">What the consumer may do in the database, as in <c>GRANT</c>, for example <c>SELECT</c>.</param>
    /// <param name="user">The MySQL user; the consumer's name with underscores where none is given. Case matters to IAM.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="ArgumentException">There is no privilege, one is none of a database, or the user cannot be one.</exception>
    /// <exception cref="DistributedApplicationException">The resource is no database, or logs in with a password.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var orders = builder.AddMySql("mysql").WithRdsIamAuth("orders_app").AddDatabase("orders");
    /// builder.AddProject&lt;Projects.Reports&gt;("reports").WithReference(orders, ["SELECT"]).WaitFor(orders);
    /// </code>
    /// </example>
    [AspireExportIgnore(Reason = "A TypeScript AppHost has the overload for databases of AddRdsMySql.")]
    public static IResourceBuilder<T> WithReference<T>(
        this IResourceBuilder<T> builder,
        IResourceBuilder<IResourceWithConnectionString> database,
        string[] privileges,
        string? user = null)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(privileges);
        return builder.AddReference(database, privileges, user);
    }

    /// <summary>
    /// References a database as the local server's administrator, for migrations and seeds on this machine: a user that may do everything,
    /// and logs in with
    /// tokens like every other.
    /// </summary>
    /// <remarks>
    /// It is there in run mode with a local server only: publishing leaves the reference out altogether, so that no administrator is ever
    /// published. What has
    /// to migrate a database on AWS gets a user of its own with <c>WithReference(database, privileges)</c>.
    /// </remarks>
    /// <typeparam name="T">The consumer's type.</typeparam>
    /// <param name="builder">The consumer.</param>
    /// <param name="database">The database.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="DistributedApplicationException">The endpoint has no local server.</exception>
    /// <example>
    /// <code lang="csharp">
    /// var seed = builder.AddProject&lt;Projects.Seed&gt;("seed").WithAdministratorReference(orders).WaitFor(orders);
    /// builder.AddProject&lt;Projects.OrdersApi&gt;("api").WithReference(orders).WaitForCompletion(seed);
    /// </code>
    /// </example>
    [AspireExport("withRdsAdministratorReference", MethodName = "withAdministratorReference")]
    public static IResourceBuilder<T> WithAdministratorReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<RdsMySqlDatabaseResource> database)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(database);
        if (builder.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return builder;
        }

        var server = database.Resource.Parent;
        if (server.Writer is { } writer)
        {
            throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' references '{database.Resource.Name}' as administrator, and '{server.Name}' is a reader, which "
                + $"takes no writes: reference a database of '{writer.Name}'.");
        }

        if (server.Local is null)
        {
            throw new DistributedApplicationException(
                $"'{builder.Resource.Name}' references '{database.Resource.Name}' as administrator, which only a local server has: "
                + $"call RunAsEmulator() on '{server.Name}' before it, or reference it with WithReference(database, privileges).");
        }

        server.HasAdministrator = true;
        return builder.AddLogin(database, ConsumerLogin.Create(database.Resource, new(LocalAdministrator.UserOf(server), [])));
    }

    private static IResourceBuilder<T> AddReference<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithConnectionString> database, string[] privileges, string? user)
        where T : IResourceWithEnvironment
    {
        if (privileges.Length == 0)
        {
            throw new ArgumentException(
                $"The reference of '{builder.Resource.Name}' to '{database.Resource.Name}' names no privilege. Name what it needs, for "
                    + $"example SELECT, "
                + "or call WithReference(database) to log in as the database's own user.",
                nameof(privileges));
        }

        user ??= RdsIamAuthAnnotation.UserOfConsumer(builder.Resource.Name);
        var login = ConsumerLogin.Create(database.Resource, RdsIamAuthAnnotation.Create(builder.Resource.Name, user, privileges));
        login.Parent.ConsumerLogins.Add(login);
        return builder.AddLogin(database, login);
    }

    private static IResourceBuilder<T> AddLogin<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithConnectionString> database, RdsMySqlDatabaseResource login)
        where T : IResourceWithEnvironment
    {
        var app = builder.ApplicationBuilder;
        builder.WithReference(app.CreateResourceBuilder<IResourceWithConnectionString>(login), database.Resource.Name);
        if (app.ExecutionContext.IsPublishMode)
        {
            // A manifest writes a reference as the resource's name, and under this one stands the database with everybody's user.
            builder.WithEnvironment(
                context => context.EnvironmentVariables[$"ConnectionStrings__{database.Resource.Name}"] = login.ConnectionStringExpression);
        }

        return builder;
    }
}
