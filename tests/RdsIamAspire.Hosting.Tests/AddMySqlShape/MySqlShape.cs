using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MySqlConnector;

namespace RdsIamAspire.Hosting.Tests.AddMySqlShape;

/// <summary>
/// A MySQL server with the shape of Aspire.Hosting.MySql's: a container with a connection string, its connection properties, a health check
/// that logs in as root, and databases that are created when the server is ready (MySqlServerResource.cs and MySqlBuilderExtensions.cs of
/// Aspire 13.6). The extension knows that package by this shape only, so any resource that has it will do.
/// </summary>
internal sealed class MySqlServerResource : ContainerResource, IResourceWithConnectionString
{
    public MySqlServerResource(string name, ParameterResource password) : base(name)
    {
        PrimaryEndpoint = new(this, "tcp");
        PasswordParameter = password;
    }

    public EndpointReference PrimaryEndpoint { get; }

    public ParameterResource PasswordParameter { get; set; }

    public List<MySqlDatabaseResource> Databases { get; } = [];

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"Server={PrimaryEndpoint.Property(EndpointProperty.Host)};Port={PrimaryEndpoint.Property(EndpointProperty.Port)};User ID=root;Password={PasswordParameter}");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
        new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
        new("Username", ReferenceExpression.Create($"root")),
        new("Password", ReferenceExpression.Create($"{PasswordParameter}")),
        new("Uri", ReferenceExpression.Create(
            $"mysql://root:{PasswordParameter:uri}@{PrimaryEndpoint.Property(EndpointProperty.Host)}:{PrimaryEndpoint.Property(
                EndpointProperty.Port)}")),
    ];
}

/// <summary>A database on it.</summary>
internal sealed class MySqlDatabaseResource(string name, string databaseName, MySqlServerResource parent)
    : Resource(name), IResourceWithParent<MySqlServerResource>, IResourceWithConnectionString
{
    public MySqlServerResource Parent => parent;

    public string DatabaseName => databaseName;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{parent};Database={databaseName}");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
        ((IResourceWithConnectionString)parent).GetConnectionProperties()
            .Where(static p => p.Key != "Uri")
            .Append(new("DatabaseName", ReferenceExpression.Create($"{databaseName}")));
}

internal static class MySqlShapeExtensions
{
    public static IResourceBuilder<MySqlServerResource> AddMySql(this IDistributedApplicationBuilder builder, string name)
    {
        var resource =
            new MySqlServerResource(name, ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password"));
        builder.Eventing.Subscribe<ResourceReadyEvent>(resource, async (_, cancellationToken) =>
        {
            await using var connection = await OpenAsync(resource, cancellationToken);
            foreach (var database in resource.Databases)
            {
                await using var create = new MySqlCommand($"CREATE DATABASE IF NOT EXISTS `{database.DatabaseName}`", connection);
                await create.ExecuteNonQueryAsync(cancellationToken);
            }
        });
        return builder.AddResource(resource)
            .WithEndpoint(targetPort: 3306, name: "tcp")
            .WithImage("library/mysql", "9.7")
            .WithImageRegistry("docker.io")
            .WithEnvironment(context => context.EnvironmentVariables["MYSQL_ROOT_PASSWORD"] = resource.PasswordParameter)
            .WithLogin(resource, resource);
    }

    public static IResourceBuilder<MySqlDatabaseResource> AddDatabase(
        this IResourceBuilder<MySqlServerResource> builder, string name, string? databaseName = null)
    {
        var database = new MySqlDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.Databases.Add(database);
        return builder.ApplicationBuilder.AddResource(database).WithLogin(database, database);
    }

    private static IResourceBuilder<T> WithLogin<T>(this IResourceBuilder<T> builder, T resource, IResourceWithConnectionString source)
        where T : IResource
    {
        builder.ApplicationBuilder.Services.AddHealthChecks().AddAsyncCheck($"{resource.Name}_check", async cancellationToken =>
        {
            try
            {
                await using var connection = await OpenAsync(source, cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (MySqlException exception)
            {
                return HealthCheckResult.Unhealthy(exception.Message, exception);
            }
        });
        return builder.WithHealthCheck($"{resource.Name}_check");
    }

    private static async Task<MySqlConnection> OpenAsync(IResourceWithConnectionString resource, CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(await resource.GetConnectionStringAsync(cancellationToken) + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
