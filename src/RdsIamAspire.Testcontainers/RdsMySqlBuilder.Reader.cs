namespace RdsIamAspire.Testcontainers;

public sealed partial class RdsMySqlBuilder
{
    /// <summary>
    /// A local Aurora in place of one server: a writer and a reader with one IAM, a port for each that stays when the roles change
    /// (<see cref="RdsMySqlContainer.FailoverAsync"/>).
    /// </summary>
    /// <param name="writerName">
    /// The writer endpoint's name on AWS (<c>orders.cluster-abc123.us-east-1.rds.amazonaws.com</c>), for the certificate and for tokens;
    /// null for none.
    /// </param>
    /// <param name="readerName">The reader endpoint's, likewise.</param>
    public RdsMySqlBuilder WithReader(string? writerName = null, string? readerName = null) =>
        new(_configuration with { Reader = new(writerName, readerName) });
}
