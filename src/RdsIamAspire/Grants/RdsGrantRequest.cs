namespace RdsIamAspire;

/// <summary>What a grant script is to create.</summary>
/// <param name="User">The user's name, 1 to 32 characters.</param>
public sealed record RdsGrantRequest(string User)
{
    /// <summary>From which hosts the user may log in; <c>%</c> is any.</summary>
    public string Host { get; init; } = "%";

    /// <summary>The databases that the privileges are for.</summary>
    public IReadOnlyList<string> Databases { get; init; } = [];

    /// <summary>Privileges at database level; none gives <see cref="DefaultPrivileges"/>.</summary>
    public IReadOnlyList<string> Privileges { get; init; } = [];

    /// <summary>Whether a user that is there already is no error. It keeps the way it logs in, and is granted the privileges.</summary>
    public bool IfNotExists { get; init; }

    /// <summary>
    /// Whether a user that is there already, with a password or otherwise, is altered: from then on it logs in with IAM tokens over TLS,
    /// and with its password no more. It keeps the privileges that it has. An administrator's account is never altered: the script stops
    /// instead.
    /// </summary>
    public bool AlterExisting { get; init; }

    /// <summary>What an application that reads and writes needs, without a say over the schema.</summary>
    public static IReadOnlyList<string> DefaultPrivileges { get; } = ["SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE"];

    /// <summary>
    /// Whether the server keeps tables of its own in the database, its users among them: no script grants privileges on it.
    /// </summary>
    /// <param name="database">The database's name; its case does not matter.</param>
    public static bool IsSystemDatabase(string database) => MySqlIdentifier.IsSystemSchema(database);
}
