namespace RdsIamAspire.Emulator;

/// <summary>
/// A real MySQL server on this machine that this process started, with a certificate of its own authority. It ends with the process.
/// </summary>
public interface ILocalMySqlServer : IAsyncDisposable
{
    /// <summary>How it runs: never <see cref="LocalMySqlServerKind.Auto"/>.</summary>
    LocalMySqlServerKind Kind { get; }

    /// <summary>The name or address to dial.</summary>
    string Host { get; }

    /// <summary>The port to dial.</summary>
    int Port { get; }

    /// <summary>What the server says it is, as in <c>SELECT VERSION()</c>.</summary>
    string Version { get; }

    /// <summary>One line for people: what runs, and from where.</summary>
    string Description { get; }

    /// <summary>The connection string of the superuser (root), for the emulator's agent. It holds a password: never log it.</summary>
    string AdminConnectionString { get; }

    /// <summary>The file with the authority's certificate, for clients that verify the server. A rotation replaces its content.</summary>
    string CaCertificatePath { get; }

    /// <summary>The authority that signed the server's certificate.</summary>
    EmulatorCertificateAuthority CertificateAuthority { get; }

    /// <summary>The DNS names and addresses that the server's certificate is good for.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>The container's id when the server is one, else null.</summary>
    string? ContainerId { get; }

    /// <summary>
    /// Raised when the server dies without having been told to (out of memory, a crash, a kill), when it answers again, and when it is gone
    /// for good. It is started again on the same data and port by itself. Handlers run on a thread of the pool.
    /// </summary>
    event EventHandler<LocalMySqlServerStateChange>? StateChanged;

    /// <summary>Ends the server and starts it again on the same data and port; open connections break, as in an RDS reboot.</summary>
    /// <exception cref="LocalMySqlServerException">It did not come back; the message holds the end of its log.</exception>
    Task RestartAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces the authority and the server's certificate without a restart (<c>ALTER INSTANCE RELOAD TLS</c>), as a CA rotation on RDS
    /// does: new connections see the new certificate, and clients with only the old CA refuse it.
    /// </summary>
    /// <returns>The authority now in force.</returns>
    Task<EmulatorCertificateAuthority> RotateCertificateAuthorityAsync(CancellationToken cancellationToken = default);

    /// <summary>The end of the server's log.</summary>
    /// <param name="lines">How many lines at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<string> ReadLogAsync(int lines = 50, CancellationToken cancellationToken = default);
}
