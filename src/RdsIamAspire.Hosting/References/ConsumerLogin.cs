using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using RdsIamAspire.Hosting.Redirection;

namespace RdsIamAspire.Hosting.References;

/// <summary>A database as one consumer sees it: the same server and name, another user. It is in no model and has no row.</summary>
[StackTraceHidden]
internal static class ConsumerLogin
{
    internal static RdsMySqlDatabaseResource Create(
        RdsMySqlDatabaseResource database, RdsIamAuthAnnotation auth, IResource? standsFor = null) =>
        With(new(database.Name, database.Database, database.Parent) { IsStandIn = true, StandsFor = standsFor }, auth);

    /// <summary>The same on what an AppHost had already, and has called <c>WithRdsIamAuth</c> on.</summary>
    /// <exception cref="DistributedApplicationException">It has not, or the resource is no database.</exception>
    internal static RdsMySqlDatabaseResource Create(IResourceWithConnectionString resource, RdsIamAuthAnnotation auth)
    {
        if (resource is RdsMySqlDatabaseResource own)
        {
            return Create(own, auth);
        }

        if (resource.TryGetLastAnnotation<RdsRedirectAnnotation>(out var redirect) && redirect.To is RdsMySqlDatabaseResource instead)
        {
            return Create(instead, auth, resource);
        }

        if (MySqlContainer.ServerOf(resource) is not { } server)
        {
            throw new DistributedApplicationException(
                $"'{resource.Name}' is no database, so nobody can be given privileges in it: reference a database with them, which "
                + "AddDatabase adds.");
        }

        if (!server.TryGetLastAnnotation<RdsRedirectAnnotation>(out var rds))
        {
            throw new DistributedApplicationException(
                $"'{resource.Name}' is on '{server.Name}', which logs in with a password: call WithRdsIamAuth on '{server.Name}' before "
                + "a reference with privileges.");
        }

        // The database itself gets its stand-in when the model is complete; a login needs no more than its name.
        return With(
            new(resource.Name, MySqlContainer.DatabaseNameOf(resource), rds.Server) { IsStandIn = true, StandsFor = resource },
            auth);
    }

    private static RdsMySqlDatabaseResource With(RdsMySqlDatabaseResource login, RdsIamAuthAnnotation auth)
    {
        login.Annotations.Add(auth);
        return login;
    }
}
