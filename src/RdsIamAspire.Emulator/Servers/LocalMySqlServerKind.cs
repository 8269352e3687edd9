namespace RdsIamAspire.Emulator;

/// <summary>How a local MySQL server runs.</summary>
public enum LocalMySqlServerKind
{
    /// <summary>
    /// The environment variable RDS_IAM_SERVER (docker or mysqld) decides; without it a Docker image that is there already, else a mysqld,
    /// else a Docker image that is pulled.
    /// </summary>
    Auto,

    /// <summary>A container.</summary>
    Docker,

    /// <summary>A mysqld process of this user, without Docker.</summary>
    Mysqld,
}
