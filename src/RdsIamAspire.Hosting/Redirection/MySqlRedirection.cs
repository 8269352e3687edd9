using System.Diagnostics;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.References;

namespace RdsIamAspire.Hosting.Redirection;

/// <summary>Puts an RDS endpoint in the place of a MySQL container, for everyone who references it or one of its databases.</summary>
/// <remarks>
/// MySqlServerResource does not look at Aspire's own ConnectionStringRedirectAnnotation, and its health check and the creation of its
/// databases need root's string as it is: so what references get is replaced, and the resource itself is left alone.
/// </remarks>
[StackTraceHidden]
internal static class MySqlRedirection
{
    internal static void Add(IResourceBuilder<ContainerResource> builder, RdsMySqlResource server)
    {
        var app = builder.ApplicationBuilder;
        var isPublished = app.ExecutionContext.IsPublishMode;
        builder.WithAnnotation(new RdsRedirectAnnotation(server, server), ResourceAnnotationMutationBehavior.Replace);
        if (isPublished)
        {
            app.Resources.Remove(builder.Resource);
        }

        // Databases may be added to the server after this call: they are looked for when the model is complete.
        RdsReferenceInjection.AddPreparation(app, model => Redirect(model, builder.Resource, server, isPublished));
    }

    private static void Redirect(DistributedApplicationModel model, ContainerResource mySql, RdsMySqlResource server, bool isPublished)
    {
        foreach (var database in model.Resources.Where(r => MySqlContainer.ServerOf(r) == mySql).ToArray())
        {
            var redirected =
                new RdsMySqlDatabaseResource(database.Name, MySqlContainer.DatabaseNameOf(database), server) { IsStandIn = true };
            server.AddDatabase(redirected);
            if (database.TryGetLastAnnotation<RdsIamAuthAnnotation>(out var own))
            {
                redirected.Annotations.Add(own);
            }

            database.Annotations.Add(new RdsRedirectAnnotation(redirected, server));
            if (isPublished)
            {
                // The published model has the database of this name on the RDS endpoint, and no MySQL container.
                model.Resources.Remove(database);
                model.Resources.Add(redirected);
            }
        }
    }
}
