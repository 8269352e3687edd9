using System.Diagnostics;

namespace RdsIamAspire;

/// <summary>Writes the SQL that a database administrator runs once for a user who logs in with IAM tokens.</summary>
/// <remarks>
/// Source: Amazon RDS User Guide, "Creating a database account using IAM authentication"; MySQL Reference Manual, "GRANT Statement".
/// </remarks>
public static class RdsGrantScript
{
    /// <summary>The server-side plugin that RDS checks tokens with.</summary>
    public const string Plugin = "AWSAuthenticationPlugin";

    /// <summary>The script for a user with privileges on one database.</summary>
    /// <param name="user">The user's name, 1 to 32 characters; the case matters.</param>
    /// <param name="database">The database; null grants nothing.</param>
    /// <param name="privileges">
    /// Privileges at database level, for example <c>SELECT</c>; none gives SELECT, INSERT, UPDATE, DELETE, EXECUTE.
    /// </param>
    /// <exception cref="ArgumentException">A name is too long or empty, or a privilege is unknown at database level.</exception>
    public static string Create(string user, string? database, params IEnumerable<string> privileges) =>
        Create(new RdsGrantRequest(user) { Databases = database is null ? [] : [database], Privileges = [.. privileges] });

    /// <summary>The script for a request.</summary>
    /// <returns>
    /// Statements, one a line, each ending with a semicolon. With <see cref="RdsGrantRequest.AlterExisting"/> it stops with an error before
    /// it alters an administrator, and ends with a query that shows how each account of the user logs in now.
    /// </returns>
    /// <exception cref="ArgumentException">As above.</exception>
    public static string Create(RdsGrantRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Create([request]);
    }

    /// <summary>One script for several users.</summary>
    /// <param name="requests">The users, at least one.</param>
    /// <returns>As above: whatever it stops for, it stops for before it has changed anything.</returns>
    /// <exception cref="ArgumentException">As above, or there is no user.</exception>
    public static string Create(IReadOnlyList<RdsGrantRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Count == 0)
            throw new ArgumentException("Give at least one user to write a script for.", nameof(requests));
        string[] altered = [.. requests.Where(static request => request.AlterExisting).Select(static request => request.User).Distinct()];
        string[] made = [.. requests.SelectMany(CreateStatements)];
        string[] statements = [.. altered.SelectMany(RdsAccountCheck.Guard), .. made, .. altered.Select(RdsAccountCheck.Report)];
        return string.Concat(statements.Select(static statement => statement + ";\n"));
    }

    /// <summary>
    /// The statements of <see cref="Create(RdsGrantRequest)"/> that make the user, without semicolons, to be run one by one.
    /// </summary>
    /// <remarks>
    /// They alter whatever account they are told to: whoever runs them looks with <see cref="CreateAccountQuery"/> first, and afterwards at
    /// what was made.
    /// </remarks>
    /// <exception cref="ArgumentException">As above.</exception>
    [StackTraceHidden] // A wrong argument is the caller's: an AppHost prints it with its author's line.
    public static IReadOnlyList<string> CreateStatements(RdsGrantRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var account = $"{Account(request.User, RdsUserName.MaxLength, "user")}@{Account(request.Host, 255, "host")}";
        var statements = new List<string>
        {
            $"CREATE USER {(request.IfNotExists || request.AlterExisting ? "IF NOT EXISTS " : "")}{account} "
                + $"IDENTIFIED WITH {Plugin} AS 'RDS'",
            request.AlterExisting
                ? $"ALTER USER {account} IDENTIFIED WITH {Plugin} AS 'RDS' REQUIRE SSL"
                : $"ALTER USER {account} REQUIRE SSL",
        };

        var privileges = MySqlPrivileges.Normalize(request.Privileges);
        foreach (var database in request.Databases)
        {
            if (string.IsNullOrEmpty(database) || database.Length > 64 || database.EndsWith(' '))
                throw new ArgumentException(
                    $"'{database}' is not a database name; it has 1 to 64 characters and no space at its end.",
                    nameof(request));
            if (MySqlIdentifier.IsSystemSchema(database))
            {
                throw new ArgumentException(
                    $"'{database}' is the server's own database: privileges on it are no application's. Name the database that the "
                        + "application's tables are in.", nameof(request));
            }

            statements.Add($"GRANT {string.Join(", ", privileges)} ON {MySqlIdentifier.QuoteDatabasePattern(database)}.* TO {account}");
        }

        return statements;

        static string Account(string name, int limit, string what) =>
            string.IsNullOrEmpty(name) || name.Length > limit || name.Contains('\0')
                ? throw new ArgumentException($"'{name}' is not a MySQL {what} name; it has 1 to {limit} characters.", nameof(request))
                : MySqlIdentifier.Quote(name);
    }

    /// <summary>
    /// A query that returns each account of a user, as <c>host</c>, <c>plugin</c>, <c>requires_tls</c>, <c>is_locked</c> and
    /// <c>is_administrator</c>, the columns of <see cref="RdsDatabaseAccount"/> in their order. It needs SELECT on the server's own
    /// database, which RDS's master user has.
    /// </summary>
    /// <param name="user">The user's name, 1 to 32 characters; the case matters.</param>
    /// <exception cref="ArgumentException">The name is too long or empty.</exception>
    public static string CreateAccountQuery(string user)
    {
        _ = CreateStatements(new RdsGrantRequest(user));
        return RdsAccountCheck.Query(user);
    }
}
