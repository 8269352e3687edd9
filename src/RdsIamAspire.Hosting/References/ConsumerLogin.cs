using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.References;

/// <summary>A database as one consumer sees it: the same server and name, another user. It is in no model and has no row.</summary>
internal static class ConsumerLogin
{
    internal static RdsMySqlDatabaseResource Create(RdsMySqlDatabaseResource database, RdsIamAuthAnnotation auth)
    {
        var login = new RdsMySqlDatabaseResource(database.Name, database.Database, database.Parent) { IsStandIn = true };
        login.Annotations.Add(auth);
        return login;
    }
}
