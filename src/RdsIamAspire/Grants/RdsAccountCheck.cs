namespace RdsIamAspire;

/// <summary>The SQL that looks before a grant script changes an account, and afterwards at what was made.</summary>
/// <remarks>
/// Sources: MySQL Reference Manual, "Grant Tables", "CREATE USER Statement", "Access Control, Stage 1: Connection Verification"; Amazon RDS
/// User Guide, "Role-based privilege model for RDS for MySQL" (<c>rds_superuser_role</c>).
/// </remarks>
internal static class RdsAccountCheck
{
    /// <summary>An account that may make other accounts, or that the script itself runs as: altering it could lock everybody out.</summary>
    private const string IsAdministrator =
        "(u.Create_user_priv = 'Y' OR u.Super_priv = 'Y'"
        + " OR CONVERT(CONCAT(u.User, '@', u.Host) USING utf8mb4) = CONVERT(CURRENT_USER() USING utf8mb4)"
        + " OR EXISTS (SELECT 1 FROM mysql.role_edges e"
        + " WHERE e.TO_USER = u.User AND e.TO_HOST = u.Host AND e.FROM_USER = 'rds_superuser_role'))";

    /// <summary>One row for each account of the user, whatever its host.</summary>
    internal static string Query(string user) =>
        "SELECT u.Host AS host, u.plugin AS plugin, u.ssl_type <> '' AS requires_tls, u.account_locked = 'Y' AS is_locked, "
            + $"{IsAdministrator} AS is_administrator"
        + $" FROM mysql.user u WHERE u.User = {MySqlIdentifier.Literal(user)} ORDER BY u.Host";

    /// <summary>
    /// Statements that do nothing, or fail with an error that quotes the reason: MySQL has no SIGNAL outside of stored programs, and
    /// PREPARE quotes what it cannot read.
    /// </summary>
    internal static IReadOnlyList<string> Guard(string user) =>
    [
        $"SET @rds_iam_guard = IF(EXISTS (SELECT 1 FROM mysql.user u WHERE u.User = {MySqlIdentifier.Literal(user)} AND "
            + $"{IsAdministrator}), 'stopped: {GuardName(user)} is an administrator of this server', 'DO 0')",
        "PREPARE rds_iam_guard FROM @rds_iam_guard",
        "EXECUTE rds_iam_guard",
        "DEALLOCATE PREPARE rds_iam_guard",
    ];

    /// <summary>The same rows in words, for whoever runs the script by hand.</summary>
    internal static string Report(string user) =>
        "SELECT CONCAT(u.User, '@', u.Host) AS account, CASE"
        + " WHEN u.account_locked = 'Y' THEN 'nothing: it is locked'"
        + $" WHEN u.plugin <> '{RdsGrantScript.Plugin}' THEN CONCAT('STILL A PASSWORD: ', u.plugin)"
        + " WHEN u.ssl_type = '' THEN 'an IAM token, but TLS IS NOT REQUIRED'"
        + " ELSE 'an IAM token, over TLS' END AS logs_in_with"
        + $" FROM mysql.user u WHERE u.User = {MySqlIdentifier.Literal(user)} ORDER BY u.Host";

    /// <summary>The name as it can stand inside a quoted text; a name out of the ordinary is only described.</summary>
    private static string GuardName(string user) => RdsUserName.IsValid(user) ? user : "the user";
}
