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

    /// <summary>Whether a user that is there already is left as it is.</summary>
    public bool IfNotExists { get; init; }

    /// <summary>What an application that reads and writes needs, without a say over the schema.</summary>
    public static IReadOnlyList<string> DefaultPrivileges { get; } = ["SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE"];
}
