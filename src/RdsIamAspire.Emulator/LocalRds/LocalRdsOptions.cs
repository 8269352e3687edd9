namespace RdsIamAspire.Emulator;

/// <summary>What a local RDS consists of.</summary>
public sealed class LocalRdsOptions
{
    /// <summary>The server.</summary>
    public LocalMySqlServerOptions Server { get; set; } = new();

    /// <summary>The database's side of AWS: region, resource id, principals, clock.</summary>
    public RdsIamEmulatorOptions Emulator { get; set; } = new();

    /// <summary>The database to create; null for none.</summary>
    public string? Database { get; set; }

    /// <summary>More databases to create, with the same privileges for the same users.</summary>
    public IList<string> MoreDatabases { get; } = [];

    /// <summary>The users that log in with tokens; each gets <see cref="Privileges"/> on <see cref="Database"/>.</summary>
    public IList<string> IamUsers { get; } = [];

    /// <summary>What the users may do on <see cref="Database"/>, in the words of GRANT; everything unless told otherwise.</summary>
    public IReadOnlyList<string> Privileges { get; set; } = ["ALL PRIVILEGES"];

    /// <summary>
    /// A master user with this password, as an RDS instance has one, for the grants of the AWS article; null for none.
    /// </summary>
    public LocalRdsMasterUser? MasterUser { get; set; }
}

/// <summary>The master user of a local RDS: may create users and grant, logs in with a password.</summary>
/// <param name="Name">The user's name, at any host.</param>
/// <param name="Password">Its password, for this throw-away server only.</param>
public sealed record LocalRdsMasterUser(string Name, string Password)
{
    /// <summary>The name; never the password.</summary>
    public override string ToString() => $"LocalRdsMasterUser {{ {Name} }}";
}
