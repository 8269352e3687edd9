using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Redirection;

/// <summary>
/// A container of the AppHost that speaks MySQL, seen through Aspire's abstractions alone: <c>AddMySql</c> of any release, another
/// integration's, or one made by hand with <c>AddContainer</c>.
/// </summary>
[StackTraceHidden]
internal static class MySqlContainer
{
    /// <summary>
    /// The names of connection properties, as Aspire's own databases have them (MySqlServerResource.cs, MySqlDatabaseResource.cs).
    /// </summary>
    private const string UsernameProperty = "Username";
    private const string PasswordProperty = "Password";
    private const string DatabaseNameProperty = "DatabaseName";

    private const int MySqlPort = 3306;

    /// <summary>Databases that a container is likely to be taken for MySQL by mistake, as the names of their images have them.</summary>
    private static readonly string[] OtherDatabases = ["postgres", "mssql", "mongo", "redis", "valkey", "cassandra", "clickhouse"];

    /// <exception cref="ArgumentException">The image is MariaDB's, which has another plugin interface, or another database's.</exception>
    internal static void ThrowIfNotMySql(ContainerResource container)
    {
        if (container.TryGetLastAnnotation<ContainerImageAnnotation>(out var other)
            && !other.Image.Split('/')[^1].Contains("mysql", StringComparison.OrdinalIgnoreCase)
            && Array.Exists(OtherDatabases, name => other.Image.Contains(name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException(
                $"'{container.Name}' runs {other.Image}, which is no MySQL: call WithRdsIamAuth on a container of a MySQL image, for "
                    + "example mysql:8.4.",
                nameof(container));
        }

        if (container.TryGetLastAnnotation<ContainerImageAnnotation>(out var image)
            && image.Image.Contains("mariadb", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"'{container.Name}' runs {image.Image}, whose plugin interface is another than MySQL's: "
                + "use a MySQL image, for example mysql:8.4.",
                nameof(container));
        }
    }

    /// <summary>Where the server listens: at MySQL's own port, else at the only endpoint that the container has.</summary>
    /// <exception cref="ArgumentException">The container has no such endpoint.</exception>
    internal static EndpointReference EndpointOf(ContainerResource container)
    {
        EndpointAnnotation[] endpoints = [.. container.Annotations.OfType<EndpointAnnotation>()];
        var endpoint = Array.Find(endpoints, static e => e.TargetPort == MySqlPort) ?? (endpoints.Length == 1 ? endpoints[0] : null);
        return endpoint is not null
            ? new EndpointReference(container, endpoint)
            : throw new ArgumentException(
                $"'{container.Name}' has {endpoints.Length} endpoints and none of them at {MySqlPort}, so where MySQL listens is not "
                    + "known: "
                + $"call .WithEndpoint(targetPort: {MySqlPort}, name: \"tcp\") on it before WithRdsIamAuth.",
                nameof(container));
    }

    /// <summary>The user and password that set the server up, read when they are needed: a later WithPassword counts.</summary>
    /// <exception cref="DistributedApplicationException">
    /// The container names neither a password property nor <c>MYSQL_ROOT_PASSWORD</c>.
    /// </exception>
    internal static async Task<MySqlAdministrator> AdministratorAsync(
        ContainerResource container,
        DistributedApplicationExecutionContext context,
        CancellationToken cancellationToken)
    {
        if (Property(container, PasswordProperty) is { } password)
        {
            var user = Property(container, UsernameProperty) is { } name
                ? await name.GetValueAsync(cancellationToken).ConfigureAwait(false)
                : null;
            return new(user ?? MySqlAdministrator.Root, await password.GetValueAsync(cancellationToken).ConfigureAwait(false));
        }

        var variables = new Dictionary<string, object>(StringComparer.Ordinal);
        var callbackContext = new EnvironmentCallbackContext(context, container, variables, cancellationToken);
        foreach (var annotation in container.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(callbackContext).ConfigureAwait(false);
        }

        if (variables.TryGetValue("MYSQL_ROOT_PASSWORD", out var value))
        {
            return new(MySqlAdministrator.Root, value is IValueProvider provider
                ? await provider.GetValueAsync(cancellationToken).ConfigureAwait(false)
                : value.ToString());
        }

        return variables.ContainsKey("MYSQL_ALLOW_EMPTY_PASSWORD")
            ? new(MySqlAdministrator.Root, string.Empty)
            : throw new DistributedApplicationException(
                $"How to log in to '{container.Name}' as root is not known: give it its password with "
                + ".WithEnvironment(\"MYSQL_ROOT_PASSWORD\", builder.AddParameter(…, secret: true)).");
    }

    /// <summary>The secrets that a reference to the resource or to its parent would hand out.</summary>
    internal static IEnumerable<object> PasswordsOf(IResource resource) =>
        Property(resource, PasswordProperty) is { } password ? password.ValueProviders : [];

    /// <summary>The container that a database is on; <see langword="null"/> where it is none.</summary>
    internal static ContainerResource? ServerOf(IResource database) =>
        database is IResourceWithParent { Parent: ContainerResource server } and IResourceWithConnectionString ? server : null;

    /// <summary>The database's name on the server; the resource's where the resource does not say.</summary>
    internal static string DatabaseNameOf(IResource database) =>
        Property(database, DatabaseNameProperty) is { ValueProviders.Count: 0 } name ? Literal(name) : database.Name;

    /// <remarks>An expression without parts is its own format, in which braces are doubled.</remarks>
    private static string Literal(ReferenceExpression expression) =>
        expression.Format.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    private static ReferenceExpression? Property(IResource resource, string name) =>
        resource is IResourceWithConnectionString source
            ? source.GetConnectionProperties().LastOrDefault(p => string.Equals(p.Key, name, StringComparison.OrdinalIgnoreCase)).Value
            : null;
}

/// <summary>Who sets a local server up.</summary>
internal sealed record MySqlAdministrator(string User, string? Password)
{
    internal const string Root = "root";

    /// <summary>Without the password.</summary>
    public override string ToString() => User;
}
