namespace RdsIamAspire.Analyzers.ConnectionStrings;

/// <summary>What a connection string key means.</summary>
internal enum MySqlKey
{
    /// <summary>No MySQL driver knows the key.</summary>
    None,
    Server,
    Port,
    Database,
    User,
    Password,
    SslMode,
    Protocol,

    /// <summary>A key that a driver knows and no rule looks at.</summary>
    Other,
}
