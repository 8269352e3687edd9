using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Local;
using RdsIamAspire.Hosting.References;

namespace RdsIamAspire.Hosting.Redirection;

/// <summary>
/// Puts an RDS endpoint in the place of a connection string: the one that it names in run mode, parameters in publish mode.
/// </summary>
[StackTraceHidden]
internal static class ConnectionStringRedirection
{
    internal static void Add<T>(IResourceBuilder<T> builder, string? user, string[]? privileges)
        where T : IResourceWithConnectionString
    {
        var app = builder.ApplicationBuilder;
        var source = builder.Resource;
        if (source.TryGetLastAnnotation<RdsRedirectAnnotation>(out var redirect))
        {
            redirect.ThrowIfNamed(source);
        }

        var auth = RdsIamAuthAnnotation.Create(source.Name, user, privileges);
        var server = app.AddRdsMySql(
            RdsResourceNames.Of(source.Name, RdsResourceNames.Endpoint, app)).WithAnnotation(
                auth, ResourceAnnotationMutationBehavior.Replace);
        RdsDatabaseName name;
        if (app.ExecutionContext.IsPublishMode)
        {
            name = RdsDatabaseName.Of(
                app.AddParameter($"{source.Name}-rds-database").WithDescription($"Database of '{source.Name}'.").Resource);
        }
        else
        {
            server.UseExisting(new RdsEndpointValues(
                ReferenceExpression.Create($"{new ConnectionStringPart(source, ConnectionStringPart.Host)}"),
                ReferenceExpression.Create($"{new ConnectionStringPart(source, ConnectionStringPart.Port)}"),
                Region: null));
            name = RdsDatabaseName.Of(new ConnectionStringPart(source, ConnectionStringPart.Database));
        }

        // References keep the connection string's own name, so a published model holds the database under that name.
        var database = new RdsMySqlDatabaseResource(source.Name, name, server.Resource) { IsStandIn = true };
        server.Resource.AddDatabase(database);
        builder.WithAnnotation(new RdsRedirectAnnotation(database, server.Resource), ResourceAnnotationMutationBehavior.Replace);
        if (app.ExecutionContext.IsPublishMode)
        {
            app.Resources.Remove(source);
            RdsReferenceInjection.AddPreparation(app, model => model.Resources.Add(database));
        }
    }
}
