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

    private static IResourceBuilder<RdsMySqlResource> AddRdsMySql(IDistributedApplicationBuilder builder, RdsMySqlResource resource)
    {
        RdsReferenceInjection.AddTo(builder);
        return builder.AddEndpoint(resource, "RDS MySQL").WithRdsArtifacts();
    }

    /// <summary>What every endpoint has on the dashboard and when it is deployed.</summary>
    internal static IResourceBuilder<RdsMySqlResource> AddEndpoint(
        this IDistributedApplicationBuilder builder, RdsMySqlResource resource, string type) =>
        builder.AddResource(resource)
            .WithIconName("DatabaseMultiple")
            .WithInitialState(new CustomResourceSnapshot
            {
                ResourceType = type,
                State = KnownResourceStates.NotStarted,
                Properties = [],
            })
            .WithLoginHealthCheck(resource)
            .WithRdsLifecycle()
            .WithRdsCommands()
            .WithRdsDeployment();
}
