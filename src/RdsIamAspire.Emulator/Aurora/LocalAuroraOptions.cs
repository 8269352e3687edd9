namespace RdsIamAspire.Emulator;

/// <summary>What a local Aurora consists of.</summary>
public sealed class LocalAuroraOptions
{
    /// <summary>
    /// The instances, the IAM side, the database and its users, as for one server. <see cref="LocalMySqlServerOptions.Port"/> is the writer
    /// endpoint's port. <see cref="LocalMySqlServerOptions.DataVolume"/> is not supported: a cluster's data goes with it.
    /// </summary>
    public LocalRdsOptions Rds { get; set; } = new();

    /// <summary>The reader endpoint's port on this machine; null takes a free one.</summary>
    public int? ReaderPort { get; set; }

    /// <summary>
    /// The name of the writer endpoint on AWS (<c>orders.cluster-abc123.us-east-1.rds.amazonaws.com</c>): in the certificates, and tokens
    /// may be signed for it at port 3306 and at the endpoint's port here. Null for none.
    /// </summary>
    public string? WriterName { get; set; }

    /// <summary>The name of the reader endpoint on AWS (<c>orders.cluster-ro-abc123.…</c>), likewise.</summary>
    public string? ReaderName { get; set; }
}
