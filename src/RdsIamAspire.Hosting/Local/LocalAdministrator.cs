using Aspire.Hosting.ApplicationModel;

namespace RdsIamAspire.Hosting.Local;

/// <summary>
/// The user of a local server that may do everything, for migrations and seeds: it logs in with tokens like every other, has no password,
/// and is neither
/// published nor there on AWS.
/// </summary>
internal static class LocalAdministrator
{
    /// <summary><c>orders_db_admin</c> for an endpoint called <c>orders-db</c>.</summary>
    internal static string UserOf(RdsMySqlResource server)
    {
        const string suffix = "_admin";
        var stem = server.Name.Replace('-', '_');
        return (stem.Length + suffix.Length > RdsUserName.MaxLength ? stem[..(RdsUserName.MaxLength - suffix.Length)] : stem) + suffix;
    }

    /// <summary>What creates the user; nothing where no consumer asked for it.</summary>
    internal static IEnumerable<string> Statements(RdsMySqlResource server)
    {
        if (!server.HasAdministrator)
        {
            return [];
        }

        var user = UserOf(server);
        return
        [
            .. RdsGrantScript.CreateStatements(new RdsGrantRequest(user) { IfNotExists = true }),
            $"GRANT ALL PRIVILEGES ON *.* TO '{user}'@'%' WITH GRANT OPTION",
        ];
    }
}
