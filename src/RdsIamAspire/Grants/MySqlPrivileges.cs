using System.Diagnostics;

namespace RdsIamAspire;

/// <summary>The privileges that a grant at database level may name.</summary>
internal static class MySqlPrivileges
{
    /// <summary>MySQL Reference Manual, "Privileges Provided by MySQL": those whose context is databases (or objects in them).</summary>
    private static readonly HashSet<string> DatabaseLevel = new(StringComparer.Ordinal)
    {
        "ALL PRIVILEGES", "ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE TEMPORARY TABLES", "CREATE VIEW", "DELETE", "DROP",
        "EVENT", "EXECUTE", "INDEX", "INSERT", "LOCK TABLES", "REFERENCES", "SELECT", "SHOW VIEW", "TRIGGER", "UPDATE",
    };

    /// <summary>Upper case, single spaces, no doubles; the default set when none is given.</summary>
    /// <exception cref="ArgumentException">A privilege is not one of database level.</exception>
    [StackTraceHidden] // A wrong argument is the caller's: an AppHost prints it with its author's line.
    internal static IReadOnlyList<string> Normalize(IReadOnlyList<string> privileges)
    {
        if (privileges.Count == 0)
            return RdsGrantRequest.DefaultPrivileges;
        var normal = new List<string>();
        foreach (var given in privileges)
        {
            var privilege = string.Join(' ', (given ?? "").ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (privilege == "ALL")
                privilege = "ALL PRIVILEGES";
            if (!DatabaseLevel.Contains(privilege))
            {
                throw new ArgumentException(
                    $"'{given}' is not a privilege that can be granted on a database. Those are: "
                        + $"{string.Join(", ", DatabaseLevel.Order(StringComparer.Ordinal))}.", nameof(privileges));
            }

            if (!normal.Contains(privilege))
                normal.Add(privilege);
        }

        return normal.Contains("ALL PRIVILEGES") ? ["ALL PRIVILEGES"] : normal;
    }
}
