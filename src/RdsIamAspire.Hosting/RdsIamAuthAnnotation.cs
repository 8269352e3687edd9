using System.Diagnostics;
using RdsIamAspire;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Whom references log in as, and what that user may do.</summary>
/// <param name="User">The MySQL user, as written in IAM policies and in <c>CREATE USER</c>; case matters.</param>
/// <param name="Privileges">
/// What the grant script and the local server grant on each database; empty means those of
/// <see cref="RdsIamAspire.RdsGrantRequest.DefaultPrivileges"/>.
/// </param>
[StackTraceHidden]
internal sealed record RdsIamAuthAnnotation(string User, IReadOnlyList<string> Privileges) : IResourceAnnotation
{
    /// <summary>
    /// Users that servers have for themselves ("Reserved Accounts", MySQL Reference Manual; "Master user account privileges" and "Quotas
    /// and limitations for RDS Proxy", Amazon RDS User Guide); root is who sets the local server up.
    /// </summary>
    private static readonly string[] Reserved = ["root", "rdsadmin", "rdsproxyadmin", "mysql.sys", "mysql.session", "mysql.infoschema"];

    /// <summary>The name that the RDS console gives the master user ("Settings for DB instances", Amazon RDS User Guide).</summary>
    internal const string DefaultMaster = "admin";

    /// <summary><c>orders_db_app</c> for a resource called <c>orders-db</c>.</summary>
    internal static string DefaultUser(string resourceName)
    {
        var stem = resourceName.Replace('-', '_');
        return stem.Length + 4 > RdsUserName.MaxLength ? stem[..(RdsUserName.MaxLength - 4)] + "_app" : stem + "_app";
    }

    /// <summary><c>orders_reports</c> for a consumer called <c>orders-reports</c>.</summary>
    internal static string UserOfConsumer(string consumerName)
    {
        var name = consumerName.Replace('-', '_');
        return name.Length > RdsUserName.MaxLength ? name[..RdsUserName.MaxLength] : name;
    }

    /// <summary>For a resource that an AppHost names one user for: a second call would silently undo the first.</summary>
    /// <exception cref="DistributedApplicationException">It has a user already.</exception>
    internal static RdsIamAuthAnnotation CreateOnce(IResource resource, string? user, IEnumerable<string>? privileges) =>
        resource.TryGetLastAnnotation<RdsIamAuthAnnotation>(out var other)
            ? throw new DistributedApplicationException($"'{resource.Name}' logs in as '{other.User}' already. Call WithRdsIamAuth on it "
                + "once; a database may have a user of its own.")
            : Create(resource.Name, user, privileges);

    internal static RdsIamAuthAnnotation Create(string resourceName, string? user, IEnumerable<string>? privileges)
    {
        user ??= DefaultUser(resourceName);
        if (!RdsUserName.IsValid(user))
        {
            throw new ArgumentException($"'{user}' cannot be the IAM user of '{resourceName}': {RdsUserName.Rule}.", nameof(user));
        }

        if (Reserved.Contains(user, StringComparer.OrdinalIgnoreCase) || user.Equals(DefaultMaster, StringComparison.OrdinalIgnoreCase))
        {
            var why = user.Equals(DefaultMaster, StringComparison.OrdinalIgnoreCase)
                ? "that is the master user's name on RDS, and the grant script would take its password away"
                : "the server has that user for itself";
            throw new ArgumentException(
                $"'{user}' cannot be the IAM user of '{resourceName}': {why}. Give the application one of its own, for example "
                    + $"'{DefaultUser(resourceName)}'.",
                nameof(user));
        }

        string[] granted = [.. privileges ?? []];
        // What cannot be granted is said where it is written, not when the server is up.
        _ = RdsGrantScript.CreateStatements(new(user) { Privileges = granted });
        return new(user, granted);
    }
}
